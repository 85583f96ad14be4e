"""zoo/bench/formats.py: one table, five ways to write it."""

from __future__ import annotations

import csv
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from tests.bench import synthetic
from zoo.bench import derive, formats
from zoo.bench.columns import PAPER
from zoo.bench.record import Record
from zoo.bench.table import Entry, Row, Section, Table
from zoo.bench.table_of_times import times

REASON = "50 % of <torch> & mxnet_1 crashed"


@pytest.fixture(scope="module")
def record() -> Record:
    made = synthetic.record(backends=["torch", "mxnet", "chainer"], noise=1e-4)
    made.cells[1].gap = REASON
    return synthetic.derived(made)


@pytest.fixture(scope="module")
def table(record) -> Table:
    return times(record, columns=PAPER)


def printed(table: Table, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(formats.Terminal(table))
    return console.file.getvalue().splitlines()


class TestMarkdown:
    def test_table(self, table):
        """Rows are Markdown's, the fastest is bold, and a reason is a footnote."""
        lines = formats.markdown(table).splitlines()
        assert lines[0] == "### Times of mlp"
        assert lines[2] == "| backend | inference (µs) | gradients (ms) | train step (ms) |"
        assert lines[3] == "| --- | ---: | ---: | ---: |"
        assert lines[4].startswith("| torch:eager | **")
        assert lines[5] == "| mxnet:hybrid<sup>1</sup> | – | – | – |"
        assert lines[-1] == f"<sup>1</sup> {REASON}"


class TestLatex:
    def test_table(self, table):
        """What LaTeX would read as a command is written as text, and the key is cited."""
        text = formats.latex(table, "parityzoo-key")
        assert r"\cite{parityzoo-key}" in text
        assert r"50 \% of \textless{}torch\textgreater{} \& mxnet\_1 crashed" in text
        assert r"mxnet:hybrid\textsuperscript{1} & -- & -- & -- \\" in text
        assert r"(\textmu{}s)" in text

    def test_braces(self, table):
        """Every brace and environment that is opened is closed."""
        text = formats.latex(table, "key").replace(r"\{", "").replace(r"\}", "")
        assert text.count("{") == text.count("}")
        for name in ("table", "tabular"):
            assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}") == 1


class TestHtml:
    def test_elements(self, table):
        """The elements are well-formed, with header cells for rows and columns."""
        root = ET.fromstring(f"<div>{formats.html(table)}</div>")
        scopes = [each.get("scope") for each in root.iter("th")]
        assert (scopes.count("col"), scopes.count("row")) == (4, 3)
        assert [each.text for each in root.iter("li")] == [REASON]
        assert len(list(root.iter("strong"))) == 3


class TestCsv:
    def test_figures(self, record):
        """Every figure stands there unrounded, and a cell without any has its reason."""
        rows = list(csv.DictReader(StringIO(formats.figures_csv(record, record.cells))))
        figures = derive.figures(record)
        assert [float(row["median"]) for row in rows if row["median"]] == [
            figure.median for figure in figures
        ]
        (gap,) = [row for row in rows if row["gap"]]
        assert (gap["backend"], gap["gap"], gap["quantity"]) == ("mxnet", REASON, "")

    def test_samples(self, record):
        """Every raw sample stands there, warm-ups told apart."""
        rows = list(csv.DictReader(StringIO(formats.samples_csv(record))))
        wanted = [x for cell in record.cells for s in cell.samples for x in s.seconds]
        assert [float(row["seconds"]) for row in rows if row["kind"] == "sample"] == wanted
        assert sum(row["kind"] == "warmup" for row in rows) == 3 * 3 * 8


class TestTerminal:
    def test_wide(self, table):
        """Where there is room, medians and intervals stand on one line."""
        lines = printed(table, 120)
        (line,) = [line for line in lines if line.startswith(" torch")]
        assert line.count("[") == 3
        assert any(line.startswith(" mxnet:hybrid [1]") for line in lines)
        assert f"[1] {REASON}" in lines

    def test_narrow(self, table):
        """Where there is less, intervals stand below their medians, whole."""
        lines = printed(table, 84)
        row = next(i for i, line in enumerate(lines) if line.startswith(" torch"))
        assert "[" not in lines[row]
        assert lines[row + 1].count("[") == lines[row + 1].count("]") == 3

    @pytest.mark.parametrize("width", [44, 60])
    def test_cut(self, table, width):
        """Where there is still less, the table is cut between columns and loses nothing."""
        text = "\n".join(printed(table, width))
        assert "…" not in text
        for row in table.sections[0].rows:
            for entry in row.entries:
                assert entry.text in text
                assert entry.interval in text

    def test_file(self, table):
        """Written to a file it has no colours and no line is broken."""
        text = formats.text(table)
        assert "\x1b" not in text
        assert " ".join(table.caption) in text


def test_markup_in_names():
    """Square brackets of a name are no markup, and angle brackets no elements."""
    odd = "[bold]<b>x</b>"
    table = Table(
        "Times", (), ("backend",), ("a (ms)",), (Section(odd, (Row((odd,), (Entry(),)),)),)
    )
    assert any(odd in line for line in printed(table, 80))
    assert "<b>" not in formats.html(table)
