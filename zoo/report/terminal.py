"""Sources on a terminal: beside each other if it is wide enough, else one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from zoo.emit.base import Part
from zoo.report.alignment import Row

if TYPE_CHECKING:
    from zoo.report.sources import Column

LEAST = 54
"""Characters of a column below which too many lines of code would break."""


class Code:
    """Highlighted Python; the rest of a broken line hangs below its own indentation."""

    def __init__(self, source: str) -> None:
        self._lines = Syntax("", "python").highlight(source.rstrip("\n")).split("\n")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            line.rstrip()
            if line.cell_len <= options.max_width:
                yield line
                continue
            indent = len(line.plain) - len(line.plain.lstrip())
            margin = Text(" " * indent)
            room = max(1, options.max_width - indent - 4)
            for piece in line[indent:].wrap(console, room):
                yield margin + piece
                margin = Text(" " * (indent + 4))


def fits(columns: Sequence[Column], width: int) -> bool:
    """Whether columns can stand beside each other on a terminal of some width."""
    return len(columns) > 1 and width >= len(columns) * (LEAST + 3) - 3


def beside(columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[RenderableType]:
    """What there is to know about each source, then a table a row."""
    yield _table(columns, [_about(column) for column in columns])
    for row in rows:
        yield Rule(row.title)
        yield _table(columns, [_cell(parts) for parts in row.cells])


def one_after_another(columns: Sequence[Column]) -> Iterator[RenderableType]:
    """The whole sources; one that is alone and was not judged has no title."""
    for column in columns:
        if column.program:
            if len(columns) > 1 or column.verdicts:
                yield Rule(column.title)
            yield Code(column.source)


def _table(columns: Sequence[Column], cells: Sequence[RenderableType]) -> Table:
    table = Table(box=box.MINIMAL, expand=True, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column.name, ratio=1)
    table.add_row(*cells)
    return table


def _about(column: Column) -> Text:
    if column.program is None:
        return Text("\n".join(column.reasons), "yellow")
    lines = [Text(f"{column.backend.framework} {column.version}")]
    for verdict in column.verdicts:
        lines.append(Text(str(verdict), verdict.colour))
        lines += [Text(text, "dim") for text in (verdict.reason, verdict.note) if text]
    return Text("\n").join(lines if column.verdicts else [*lines, Text("not judged", "dim")])


def _cell(parts: Sequence[Part]) -> RenderableType:
    return Code("\n\n\n".join(part.text for part in parts)) if parts else Text("–", "dim")
