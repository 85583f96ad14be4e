"""zoo/bench/terminal.py: a table fits, and loses nothing for it."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from tests.bench import synthetic
from zoo.bench.columns import PAPER
from zoo.bench.table import Entry, Row, Section, Table
from zoo.bench.table_of_times import times
from zoo.bench.terminal import Terminal

REASON = "the worker crashed"


@pytest.fixture(scope="module")
def table() -> Table:
    made = synthetic.record(backends=["torch", "mxnet", "chainer"], noise=1e-4)
    made.cells[1].gap = REASON
    return times(made, columns=PAPER)


def printed(table: Table, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(Terminal(table))
    return console.file.getvalue().splitlines()


def test_wide(table):
    """Where there is room, medians and intervals stand on one line."""
    lines = printed(table, 120)
    (line,) = [line for line in lines if line.startswith(" torch")]
    assert line.count("[") == 3
    assert any(line.startswith(" mxnet:hybrid [1]") for line in lines)
    assert f"[1] {REASON}" in lines


def test_narrow(table):
    """Where there is less, intervals stand below their medians, whole."""
    lines = printed(table, 84)
    row = next(i for i, line in enumerate(lines) if line.startswith(" torch"))
    assert "[" not in lines[row]
    assert lines[row + 1].count("[") == lines[row + 1].count("]") == 3


@pytest.mark.parametrize("width", [44, 60])
def test_cut(table, width):
    """Where there is still less, the table is cut between columns and loses nothing."""
    text = "\n".join(printed(table, width))
    assert "…" not in text
    for row in table.sections[0].rows:
        for entry in row.entries:
            assert entry.text in text
            assert entry.interval in text


def test_names_are_text():
    """Square brackets of a name are no markup."""
    odd = "[bold]x[/bold]"
    section = Section(odd, (Row((odd,), (Entry(odd),)),))
    lines = "\n".join(printed(Table("Times", (odd,), (odd,), (odd,), (section,), (odd,)), 120))
    assert lines.count(odd) == 7
