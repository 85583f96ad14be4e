"""How tables and what changed look on a terminal."""

from __future__ import annotations

import io

import attrs
from rich.console import Console

from zoo.conventions.report import CheckReport, Details, Report
from zoo.conventions.table import Answer
from zoo.conventions.view import parts


def printed(renderable) -> list[str]:
    """Lines with one blank between words."""
    console = Console(file=io.StringIO(), width=200)
    console.print(renderable)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_each_different_answer_is_a_line_with_who_gives_it(table) -> None:
    """Rows in which answers differ are marked; what is absent or failed is told apart."""
    names = ("dense_weight_layout", "gelu_form", "relu_at_zero", "adam")
    text = printed(Report(table, names))
    assert text[:6] == [
        "",
        "Layers and layouts",
        "question answer of",
        "≠ dense_weight_layout out, in ours, specification",
        "in, out theirs, other",
        "",
    ]
    assert "gelu_form erf ours, other" in text
    assert "– theirs" in text
    assert "relu_at_zero 0 ours, theirs, other, specification" in text
    assert "failed other" in text
    assert "other: adam: ValueError: broken" in text


def test_versions_stand_under_the_table(table) -> None:
    """With the day and the machine."""
    text = printed(Report(attrs.evolve(table, not_run={"more": "no Python"}), ("gelu_form",)))
    assert "ours: ours 1.0, numpy 2.0; asked on 2026-01-02, Linux x86_64" in text
    assert "more: not run: no Python" in text


def test_a_question_in_full_has_what_was_called(table) -> None:
    """Or the reason why nothing was."""
    ((row,),) = [part.rows for part in parts(table, ("gelu_form",))]
    text = printed(Details(table, row))
    assert text[0].startswith("gelu_form GELU as a layer:")
    assert "ours erf called" in text
    assert "theirs – theirs has no <GELU> | gelu" in text


def test_changes_are_listed_with_the_versions_that_moved(table, changed) -> None:
    """And a summary that counts them."""
    now = changed(table, "ours", "gelu_form", Answer("value", "tanh")).only(("ours",))
    now = attrs.evolve(now, versions={"ours": {"ours": "1.1", "numpy": "2.0"}})
    text = printed(CheckReport(table.check(now)))
    assert "gelu_form ours erf tanh" in text
    assert "ours: ours 1.0 → 1.1" in text
