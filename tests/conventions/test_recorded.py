"""The table that ships: complete, measured, and what the documentation shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoo import plugins
from zoo.conventions import recorded
from zoo.conventions.pages import markdown
from zoo.conventions.questions import QUESTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conventions.md"
TABLE = recorded.load()


def test_the_page_is_the_record() -> None:
    """A change of the record, of a question or of the template is a diff that somebody reviews."""
    assert PAGE.read_text() == markdown(TABLE), "run: zoo conventions -o docs/conventions.md"


def test_every_backend_is_recorded() -> None:
    """Those of this repository, all of them."""
    folder, known = PAGE.parents[1] / "backends", plugins.backends().values()
    ours = {each.name for each in known if folder in each.location().resolve().parents}
    assert ours == set(TABLE.backends)


@pytest.mark.parametrize("backend", TABLE.backends)
def test_every_question_was_put_to_every_backend(backend) -> None:
    """No probe failed, and at least sixty answers are measured."""
    answers = TABLE.answers[backend]
    assert set(answers) == set(QUESTIONS)
    assert {name: each.content for name, each in answers.items() if each.state == "error"} == {}
    measured = {name: each for name, each in answers.items() if each.measured}
    assert len(measured) >= 60
    assert [name for name, each in measured.items() if not each.asked] == []
    troubles = {n: QUESTIONS[n].trouble(each.content) for n, each in measured.items()}
    assert {name: trouble for name, trouble in troubles.items() if trouble} == {}


def test_recording_replaces_the_columns_that_were_asked(table, tmp_path, monkeypatch) -> None:
    """The file is made if there is none."""
    monkeypatch.setattr(recorded, "PATH", tmp_path / "recorded.json")
    assert recorded.record(table.only(("ours",))).backends == ("ours",)
    assert recorded.record(table.only(("theirs",))).backends == ("ours", "theirs")
    kept = recorded.load()
    assert (kept.answers, kept.versions, kept.dates, kept.system) == (
        {name: table.answers[name] for name in ("ours", "theirs")},
        *({name: part[name] for name in ("ours", "theirs")} for part in (
            table.versions, table.dates, table.system,
        )),
    )  # fmt: skip


def test_answers_to_questions_of_the_past_are_left_out(table, tmp_path, monkeypatch) -> None:
    """The record outlives a question."""
    monkeypatch.setattr(recorded, "PATH", tmp_path / "recorded.json")
    recorded.record(table.only(("ours",)))
    text = recorded.PATH.read_text().replace("gelu_form", "a_question_of_the_past")
    recorded.PATH.write_text(text)
    assert "gelu_form" not in recorded.load().answers["ours"]
    assert len(recorded.load().answers["ours"]) == 3
