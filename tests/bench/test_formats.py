"""zoo/bench/formats.py: one table, several ways to write it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.bench import synthetic
from zoo.bench import formats
from zoo.bench.columns import PAPER
from zoo.bench.table import Entry, Row, Section, Table
from zoo.bench.table_of_times import times

REASON = "50 % of <torch> & mxnet_1 crashed"


@pytest.fixture(scope="module")
def table() -> Table:
    made = synthetic.record(backends=["torch", "mxnet", "chainer"], noise=1e-4)
    made.cells[1].gap = REASON
    return times(made, columns=PAPER)


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


class TestPlain:
    def test_lines(self, table):
        """Written to a file it has no colours and no line is broken."""
        text = formats.plain(table)
        assert "\x1b" not in text
        assert " ".join(table.caption) in text


def test_names_are_text():
    """Angle brackets of a name are no elements, a bar ends no cell."""
    odd = "a|<b>x</b>"
    rows = (Row((odd, odd), (Entry(),)),)
    table = Table("Times", (), ("backend", "width"), ("a (ms)",), (Section(odd, rows),))
    assert "<b>" not in formats.html(table)
    assert r"| a\|<b>x</b> | a\|<b>x</b> | – |" in formats.markdown(table)
