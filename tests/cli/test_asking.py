"""`zoo conventions` prints what was recorded, or asks."""

from __future__ import annotations

import json

import attrs
import pytest

from zoo.conventions import recorded, run
from zoo.conventions.pages import html, markdown
from zoo.conventions.table import Answer

from .conftest import lines

TABLE = recorded.load()


@pytest.fixture
def measured(monkeypatch):
    """What the frameworks will be found to answer; returns the backends that were asked."""

    def measured(table):
        asked = []

        def measure(backends, **_options):
            asked.extend(each.name for each in backends)
            return table

        monkeypatch.setattr(run, "measure", measure)
        return asked

    return measured


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """A record of its own, so that none of the tests writes into the package."""
    file = tmp_path / "recorded.json"
    file.write_text(recorded.PATH.read_text())
    monkeypatch.setattr(recorded, "PATH", file)
    return file


TANH = Answer("value", "tanh", "called")


def other(table, answer=TANH):
    """The table with another GELU of PyTorch's."""
    own = {**table.answers["torch"], "gelu_form": answer}
    return attrs.evolve(table, answers={**table.answers, "torch": own})


def test_the_recorded_table_is_printed_without_asking_anybody(zoo, measured) -> None:
    """A question has one line for each different answer."""
    asked = measured(TABLE)
    printed = lines(zoo("conventions").stdout)
    assert "Gradients at kinks, ties and zeros" in printed
    assert [line.split()[:3] for line in printed if "abs_at_zero" in line] == [
        ["≠", "abs_at_zero", "0"]
    ]
    assert asked == []


def test_names_select_questions_and_sections(zoo) -> None:
    """A section is a table; a question is shown in full, with what was called."""
    assert "max_pool_stride" in zoo("conventions", "pooling").stdout
    assert "abs_at_zero" not in zoo("conventions", "pooling").stdout
    shown = lines(zoo("conventions", "gelu_form").stdout)
    assert shown[0].startswith("gelu_form  GELU as a layer:")
    assert [line.split() for line in shown if "torch.nn.GELU()" in line] == [
        ["torch", "erf", "torch.nn.GELU()"]
    ]


def test_backends_select_columns(zoo) -> None:
    """In the order in which they are named."""
    found = json.loads(zoo("conventions", "--backends", "torch,jax", "--json").stdout)
    assert list(found["backends"]) == ["torch", "jax"]
    assert found["schema"] == "parityzoo-conventions/1"


@pytest.mark.parametrize(("suffix", "text"), [("md", markdown(TABLE)), ("html", html(TABLE))])
def test_pages_are_written(zoo, tmp_path, suffix, text) -> None:
    """Nothing is printed beside them."""
    file = tmp_path / f"page.{suffix}"
    result = zoo("conventions", "-o", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text() == text


def test_json_is_written(zoo, tmp_path) -> None:
    """The same as --json prints."""
    file = tmp_path / "table.json"
    other = tmp_path / "other.json"
    assert zoo("conventions", "-o", file, "--json", other).exit_code == 0
    assert json.loads(file.read_text()) == json.loads(zoo("conventions", "--json").stdout)
    assert other.read_text() == file.read_text()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["gelu_from"], "no question or section 'gelu_from': did you mean gelu_form"),
        (["-o", "page.txt"], "-o takes a file that ends in .md, .html, .json, got page.txt"),
        (["--run", "--check"], "--run, --check and --record exclude each other"),
        (["gelu_form", "--check"], "names go with the table that is printed"),
    ],
)
def test_bad_usage_is_one_line(zoo, measured, words, line) -> None:
    """With exit code 2, before anything is asked."""
    asked = measured(TABLE)
    result = zoo("conventions", *words)
    assert (result.exit_code, asked) == (2, [])
    assert result.stderr.startswith(f"zoo: {line}")


def test_check_passes_when_all_is_as_recorded(zoo, measured) -> None:
    """Every backend is asked unless some are named."""
    asked = measured(TABLE)
    result = zoo("conventions", "--check")
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith("all as recorded")
    assert set(TABLE.backends) <= set(asked)


def test_check_says_what_changed(zoo, measured) -> None:
    """Row, backend, what it was and what it is; exit code 1."""
    asked = measured(other(TABLE.only(("torch",))))
    result = zoo("conventions", "--check", "--backends", "torch")
    assert (result.exit_code, asked) == (1, ["torch"])
    assert lines(result.stdout)[1].split() == ["gelu_form", "torch", "erf", "tanh"]
    found = json.loads(zoo("conventions", "--check", "--backends", "torch", "--json").stdout)
    assert [each["name"] for each in found["changes"]] == ["gelu_form"]


def test_a_backend_that_cannot_run_is_exit_code_three(zoo, measured) -> None:
    """Its reason is printed."""
    measured(attrs.evolve(TABLE.only(()), not_run={"torch": "torch cannot run here: no Python"}))
    for flag in ("--check", "--run"):
        result = zoo("conventions", flag, "--backends", "torch")
        assert result.exit_code == 3
        assert "torch: not run: torch cannot run here: no Python" in result.stdout


def test_run_prints_what_is_here_and_now(zoo, measured) -> None:
    """A probe that failed is exit code 1."""
    measured(other(TABLE.only(("torch",))))
    assert "tanh" in zoo("conventions", "--run", "--backends", "torch", "gelu_form").stdout
    measured(other(TABLE.only(("torch",)), answer=Answer("error", "ValueError: broken")))
    result = zoo("conventions", "--run", "--backends", "torch")
    assert result.exit_code == 1
    assert "torch: gelu_form: ValueError: broken" in result.stdout


def test_record_keeps_the_answers(zoo, measured, kept) -> None:
    """Columns that were not asked stay; what has a failed probe is not recorded."""
    measured(other(TABLE.only(("torch",))))
    assert zoo("conventions", "--record", "--backends", "torch").exit_code == 0
    now = recorded.load()
    assert now.answers["torch"]["gelu_form"].content == "tanh"
    assert now.answers["jax"] == TABLE.answers["jax"]
    measured(other(TABLE.only(("torch",)), answer=Answer("error", "ValueError: broken")))
    assert zoo("conventions", "--record", "--backends", "torch").exit_code == 1
    assert recorded.load() == now
