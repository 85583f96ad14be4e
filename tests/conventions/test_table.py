"""Tables are kept, read back, compared and merged."""

from __future__ import annotations

import json

import attrs
import pytest

from zoo.conventions.questions import QUESTIONS
from zoo.conventions.table import Answer, Table
from zoo.errors import UsageError


def groups(table, name):
    return table.groups(QUESTIONS[name])


def test_json_has_the_questions_with_their_answers(table) -> None:
    """A reader needs nothing else; a value is a value and a reason a reason."""
    data = json.loads(json.dumps(table.to_json(), allow_nan=False))
    assert data["schema"] == "parityzoo-conventions/1"
    assert data["backends"]["ours"] == {
        "versions": {"ours": "1.0", "numpy": "2.0"}, "date": "2026-01-02", "system": "Linux x86_64",
    }  # fmt: skip
    assert [row["name"] for row in data["rows"]] == list(QUESTIONS)
    row = next(each for each in data["rows"] if each["name"] == "gelu_form")
    assert row["question"] == QUESTIONS["gelu_form"].text
    assert row["answers"] == {
        "ours": {"value": "erf", "asked": "called"},
        "theirs": {"absent": "theirs has no <GELU> | gelu"},
        "other": {"value": "erf", "asked": "called"},
    }
    assert "specification" not in row
    assert data["rows"][list(QUESTIONS).index("dense_weight_layout")]["specification"] == "out, in"


def test_equal_answers_are_one_group_and_the_specifications_comes_first(table) -> None:
    """Then the most common one; neither what is absent nor what failed is an answer."""
    assert groups(table, "dense_weight_layout") == [
        ("out, in", ["ours"]),
        ("in, out", ["theirs", "other"]),
    ]
    without = attrs.evolve(table, specification={})
    assert groups(without, "dense_weight_layout")[0] == ("in, out", ["theirs", "other"])
    assert groups(table, "relu_at_zero") == [(0.0, ["ours", "theirs", "other"])]
    assert groups(table, "gelu_form") == [("erf", ["ours", "other"])]
    assert [who for _value, who in groups(table, "adam")] == [["ours"], ["theirs"]]


def test_whether_a_row_agrees_is_in_the_json(table) -> None:
    """True also where nobody answered."""
    agree = {row["name"]: row["agree"] for row in table.to_json()["rows"]}
    assert not agree["dense_weight_layout"]
    assert agree["relu_at_zero"]
    assert agree["nesterov"]


def test_columns_are_chosen_by_name(table) -> None:
    """A name without a column is an error that lists those that have one."""
    assert table.only(("other", "ours")).backends == ("other", "ours")
    with pytest.raises(UsageError, match="no answers of jax are recorded; recorded: ours, theirs"):
        table.only(("jax",))


def test_newer_columns_replace_older_ones(table, changed) -> None:
    """The others stay, and the order is that of names."""
    newer = changed(table, "theirs", "gelu_form", Answer("value", "tanh")).only(("theirs",))
    newer = attrs.evolve(newer, dates={"theirs": "2027-01-01"})
    whole = table.updated(newer)
    assert whole.backends == ("other", "ours", "theirs")
    assert whole.answers["theirs"]["gelu_form"].content == "tanh"
    assert whole.dates == {"ours": "2026-01-02", "other": "2026-01-02", "theirs": "2027-01-01"}


def every_question_answered(table: Table) -> Table:
    filled = {name: Answer("absent", "nothing") for name in QUESTIONS}
    answers = {backend: {**filled, **own} for backend, own in table.answers.items()}
    del answers["other"]["adam"]  # it failed
    answers["other"]["adam"] = Answer("value", [1.0, 1.0])
    return attrs.evolve(table, answers=answers)


def test_an_unchanged_table_passes(table) -> None:
    """Another reason for an absence is no change."""
    table = every_question_answered(table)
    found = table.check(table.only(("ours", "theirs")))
    assert (found.changes, found.versions, found.exit_code) == ((), {}, 0)
    assert found.summary.endswith("ours, theirs: all as recorded")


@pytest.mark.parametrize(
    "now",
    [
        Answer("value", "tanh"),
        Answer("absent", "gone"),
        Answer("error", "ValueError: broken"),
        None,
    ],
)
def test_whatever_is_not_as_recorded_is_a_change(table, changed, now) -> None:
    """Row, backend, what it was and what it is."""
    table = every_question_answered(table)
    found = table.check(changed(table, "ours", "gelu_form", now))
    (change,) = found.changes
    assert (change.question.name, change.backend) == ("gelu_form", "ours")
    assert (change.was, change.now) == (Answer("value", "erf", "called"), now)
    assert found.exit_code == 1
    assert found.summary.endswith("by the same versions: this machine or its settings differ")


def test_a_probe_that_failed_when_recorded_and_fails_now_is_a_change(table) -> None:
    """An error is never as it should be."""
    found = table.check(table.only(("other",)))
    assert "adam" in [change.question.name for change in found.changes]


def test_changed_versions_are_named(table, changed) -> None:
    """By themselves they are no failure."""
    table = every_question_answered(table)
    newer = attrs.evolve(
        table, versions={**table.versions, "ours": {"ours": "1.1", "numpy": "2.0"}}
    )
    found = table.check(newer)
    assert found.versions == {"ours": {"ours": ("1.0", "1.1")}}
    assert found.exit_code == 0
    changed_too = table.check(changed(newer, "ours", "gelu_form", Answer("value", "tanh")))
    assert changed_too.summary.endswith("1 not as recorded; the versions differ too")
    assert json.loads(json.dumps(changed_too.to_json()))["changes"] == [
        {
            "name": "gelu_form",
            "backend": "ours",
            "was": {"value": "erf", "asked": "called"},
            "is": {"value": "tanh"},
        }
    ]


def test_a_backend_that_did_not_run_is_no_pass(table) -> None:
    """Exit code 3, unless something has changed as well."""
    table = every_question_answered(table)
    found = table.check(attrs.evolve(table, not_run={"more": "no Python"}))
    assert found.exit_code == 3
    assert found.to_json()["passed"] is False
