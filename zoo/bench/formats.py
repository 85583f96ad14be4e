"""A table as Markdown, LaTeX, HTML or for a terminal; figures as CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Iterator, Sequence

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

from zoo.bench import derive
from zoo.bench.likeness import described
from zoo.bench.record import Cell, Record
from zoo.bench.table import Entry, Section, Table
from zoo.bench.templating import rendered

_ENDLESS = 10_000


def markdown(table: Table) -> str:
    """For GitHub and the like."""
    return rendered("table.md.jinja", table=table)


def latex(table: Table, key: str) -> str:
    """A `table` a section, with a citation of `key` in the caption."""
    return rendered("table.tex.jinja", table=table, key=key)


def html(table: Table) -> str:
    """An element `table` a section, to be put into a page."""
    return rendered("table.html.jinja", table=table)


def figures_csv(record: Record, cells: Sequence[Cell]) -> str:
    """Every figure in a line, unrounded, in seconds and bytes; a cell without any has its gap."""
    known = [described(cell) for cell in cells]
    names = list(dict.fromkeys(name for each in known for name in each))
    fields = [field.name for field in attrs.fields(derive.Figure)]
    figures = derive.figures(record, cells)
    text = StringIO()
    writer = csv.DictWriter(text, [*names, *fields, "gap"], lineterminator="\n")
    writer.writeheader()
    for cell, about in zip(cells, known):
        own = [attrs.asdict(figure) for figure in figures if figure.cell == cell.name]
        for line in own or [{"cell": cell.name, "gap": derive.unproven(cell)}]:
            writer.writerow({**about, **line})
    return text.getvalue()


def samples_csv(record: Record) -> str:
    """Every raw sample of steady state in a line; warm-ups too, told apart."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["cell", "quantity", "round", "position", "process", "calls", "kind", "number", "seconds"]
    )
    for cell in record.cells:
        for sample in cell.samples:
            about = [cell.name, sample.quantity, sample.round, sample.position, sample.process]
            for kind, values in (("warmup", sample.warmup), ("sample", sample.seconds)):
                for number, seconds in enumerate(values):
                    writer.writerow([*about, sample.calls, kind, number, seconds])
    return text.getvalue()


def text(table: Table) -> str:
    """As on a terminal of any width, without colours."""
    written = StringIO()
    Console(file=written, width=_ENDLESS).print(Terminal(table))
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


@attrs.frozen
class Terminal:
    """A table as rich prints it.

    Where it is too wide, intervals stand below their medians; where that does not help, it is cut
    between columns.
    """

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        def fitted(section: Section, columns: Sequence[int]) -> Iterator[RichTable]:
            for between in (" ", "\n"):
                made = self._part(section, columns, between)
                wanted = console.measure(made, options=options.update(max_width=_ENDLESS)).maximum
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
            made.add_column(label, no_wrap=True)
        for column in columns:
            heading = self.table.columns[column].replace(" (", "\n(")
            made.add_column(heading, justify="right", no_wrap=True)
        for row in section.rows:
            notes = "".join(f" [{number}]" for number in row.notes)
            labels = [Text(row.labels[0] + notes), *map(Text, row.labels[1:])]
            made.add_row(*labels, *(_entry(row.entries[column], between) for column in columns))
        return made


def _entry(entry: Entry, between: str) -> Text:
    ends = f"{between}{entry.interval}" if entry.interval else ""
    return Text.assemble((entry.text, "bold green" if entry.marked else ""), (ends, "dim"))
