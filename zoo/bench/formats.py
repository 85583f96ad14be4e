"""A table as text: plain, Markdown, LaTeX or HTML."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from zoo.bench.table import Table
from zoo.bench.templating import rendered
from zoo.bench.terminal import ENDLESS, Terminal


def plain(table: Table) -> str:
    """As on a terminal of any width, without colours."""
    written = StringIO()
    Console(file=written, width=ENDLESS).print(Terminal(table))
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def markdown(table: Table) -> str:
    """For GitHub and the like."""
    return rendered("table.md.jinja", table=table)


def latex(table: Table, key: str) -> str:
    """A `table` a section, with a citation of `key` in the caption."""
    return rendered("table.tex.jinja", table=table, key=key)


def html(table: Table) -> str:
    """An element `table` a section, to be put into a page."""
    return rendered("table.html.jinja", table=table)
