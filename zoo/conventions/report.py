"""A table of conventions on a terminal."""

from __future__ import annotations

from typing import Iterator, Tuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from zoo.conventions.table import Check, Table
from zoo.conventions.view import FAILED, NOTHING, Part, Row, parts, shown

DIFFER = "≠"


class Report:
    """Every question with each different answer and who gives it; `names` selects questions."""

    def __init__(self, table: Table, names: Tuple[str, ...] = ()) -> None:
        self.table, self.names = table, names

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in parts(self.table, self.names):
            yield Text(f"\n{part.title}", style="bold")
            yield self._answers(part)
        yield Text()
        yield from _versions(self.table)
        yield from _failures(self.table)

    def _answers(self, part: Part) -> Grid:
        grid = _grid("", "question", "answer", "of")
        for row in part.rows:
            mark = Text("" if row.agree else DIFFER, "yellow")
            name = Text(row.question.name)
            for value, who in _lines(row):
                style = "dim" if value == NOTHING else ""
                grid.add_row(mark, name, Text(value, style or "bold"), Text(", ".join(who), style))
                mark = name = Text()
        return grid


class Details:
    """One question in full: its text, why it matters, and what each backend was asked."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        question = self.row.question
        yield Text(f"{question.name}  ", "bold").append(question.text, "not bold")
        yield Text(question.why, "dim")
        grid = _grid("", "backend", "answer", "asked")
        for backend, cell in self.row.cells.items():
            mark = DIFFER if cell.rank > 0 else ""
            grid.add_row(Text(mark, "yellow"), backend, cell.text, cell.note or cell.asked)
        if self.row.specification:
            grid.add_row("", "specification", self.row.specification, "parityzoo itself")
        yield grid


class CheckReport:
    """What is no longer as it was recorded."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.check.changes:
            grid = _grid("question", "backend", "was", "is")
            for change in self.check.changes:
                states = [
                    NOTHING
                    if answer is None
                    else shown(change.question, answer.content)
                    if answer.measured
                    else f"{answer.state}: {answer.content}"
                    for answer in (change.was, change.now)
                ]
                grid.add_row(change.question.name, change.backend, *states)
            yield grid
        for backend, packages in self.check.versions.items():
            moved = ", ".join(f"{name} {was} → {now}" for name, (was, now) in packages.items())
            yield Text(f"{backend}: {moved}")
        yield Text(self.check.summary, "" if self.check.exit_code == 0 else "red")
        yield from _failures(self.check.now)


def _lines(row: Row) -> Iterator[tuple[str, list[str]]]:
    """Each different answer with who gives it, the specification among them; then the rest."""
    for index, (value, backends) in enumerate(row.groups):
        yield value, [*backends, *(["specification"] if row.shared and not index else [])]
    if row.specification and not row.shared:
        yield row.specification, ["specification"]
    for state, text in (("error", FAILED), ("absent", NOTHING)):
        others = [backend for backend, cell in row.cells.items() if cell.state == state]
        if others:
            yield text, others


def _versions(table: Table) -> Iterator[Text]:
    for backend in table.backends:
        packages = ", ".join(f"{name} {each}" for name, each in table.versions[backend].items())
        where = f"{table.dates[backend]}, {table.system[backend]}"
        yield Text(f"{backend}: {packages}; asked on {where}", "dim")


def _failures(table: Table) -> Iterator[Text]:
    for backend, name, answer in table.errors:
        yield Text(f"{backend}: {name}: {answer.content}", "red")
    for backend, reason in table.not_run.items():
        yield Text(f"{backend}: not run: {reason}", "yellow")


def _grid(*columns: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid
