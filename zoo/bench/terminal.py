"""A table as rich prints it."""

from __future__ import annotations

from typing import Iterator, Sequence

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

from zoo.bench.table import Entry, Section, Table

ENDLESS = 10_000
"""Columns of what has no width of its own."""


@attrs.frozen
class Terminal:
    """A table to be printed.

    Where it is too wide, intervals stand below their medians; where that does not help, it is cut
    between columns.
    """

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        def fitted(section: Section, columns: Sequence[int]) -> Iterator[RichTable]:
            for between in (" ", "\n"):
                made = self._part(section, columns, between)
                wanted = console.measure(made, options=options.update(max_width=ENDLESS)).maximum
                if wanted <= options.max_width:
                    yield made
                    return
            if len(columns) == 1:
                yield made
                return
            half = (len(columns) + 1) // 2
            yield from fitted(section, columns[:half])
            yield from fitted(section, columns[half:])

        for section in self.table.sections:
            yield Text(f"{self.table.title} of {section.title}", "bold")
            yield from fitted(section, range(len(self.table.columns)))
        for number, note in enumerate(self.table.notes, 1):
            yield Text(f"[{number}] {note}", "yellow")
        yield Text(" ".join(self.table.caption), "dim")

    def _part(self, section: Section, columns: Sequence[int], between: str) -> RichTable:
        made = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for label in self.table.labels:
            made.add_column(Text(label), no_wrap=True)
        for column in columns:
            heading = self.table.columns[column].replace(" (", "\n(")
            made.add_column(Text(heading), justify="right", no_wrap=True)
        for row in section.rows:
            notes = "".join(f" [{number}]" for number in row.notes)
            labels = [Text(row.labels[0] + notes), *map(Text, row.labels[1:])]
            made.add_row(*labels, *(_entry(row.entries[column], between) for column in columns))
        return made


def _entry(entry: Entry, between: str) -> Text:
    ends = f"{between}{entry.interval}" if entry.interval else ""
    return Text.assemble((entry.text, "bold green" if entry.marked else ""), (ends, "dim"))
