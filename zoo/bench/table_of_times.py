"""The table of a record: a section a model, a row a cell.

What varies among the cells is a column, what does not stands in the caption. A cell without proof
is a row with a reason.
"""

from __future__ import annotations

from typing import Iterator, Mapping, Sequence

import attrs

from zoo.bench import derive
from zoo.bench.columns import COLUMNS, DEFAULT, Column
from zoo.bench.derive import Figures
from zoo.bench.likeness import described, fastest, groups, varying
from zoo.bench.numerals import NOTHING, percent, scale
from zoo.bench.record import Cell, Record
from zoo.bench.statistics import rounds_needed
from zoo.bench.table import Entry, Row, Section, Table, origin
from zoo.errors import UsageError, nearest


def times(
    record: Record, cells: Sequence[Cell] | None = None, columns: Sequence[str] | None = None
) -> Table:
    """The table of a record, or of some of its cells.

    Args:
        columns: names in COLUMNS; DEFAULT without those that have no value if left out.

    Raises:
        UsageError: an unknown column.
    """
    alike = groups(record.cells if cells is None else cells)
    cells = [cell for group in alike.values() for cell in group]
    figures = derive.by_cell(record, cells)
    for name in columns or ():
        if name not in COLUMNS:
            raise UsageError(f"no column {name!r}; {nearest(name, COLUMNS)}")
    made = [_entries(record, figures, cells, COLUMNS[name]) for name in columns or DEFAULT]
    filled = [column for column in made if columns or column.entries]
    labels = [name for name in varying(cells) if name not in ("model", "backend", "mode")]
    reasons = {cell.name: reason for cell in cells if (reason := derive.unproven(cell))}
    notes = list(dict.fromkeys(reasons.values()))

    def row(cell: Cell) -> Row:
        known = described(cell)
        return Row(
            (f"{cell.backend}:{cell.mode}", *(str(known.get(name, NOTHING)) for name in labels)),
            tuple(column.entries.get(cell.name, Entry()) for column in filled),
            notes.index(reasons[cell.name]) + 1 if cell.name in reasons else None,
        )

    models = dict.fromkeys(cell.model for cell in cells)
    return Table(
        title="Times",
        caption=(*_legend(record, filled), *origin(record, cells)),
        labels=("backend", *labels),
        columns=tuple(column.heading for column in filled),
        sections=tuple(
            Section(model, tuple(row(cell) for cell in cells if cell.model == model))
            for model in models
        ),
        notes=tuple(notes),
    )


@attrs.frozen
class _Filled:
    """A column with its entries, by the names of cells."""

    heading: str
    entries: Mapping[str, Entry]


def _entries(record: Record, figures: Figures, cells: Sequence[Cell], column: Column) -> _Filled:
    quantity = column.quantity
    with_figures = [cell for cell in cells if (cell.name, quantity) in figures]
    values = {cell.name: column.value(record, cell, figures[cell.name, quantity])
              for cell in with_figures}  # fmt: skip
    known = {name: value for name, value in values.items() if value is not None}
    if not known:
        return _Filled(column.heading, {})
    unit = next(iter(known.values())).unit
    size = scale(unit, (value.interval.median for value in known.values()))
    marked: set[str] = set()
    if column.ranked:
        for group in groups(cells).values():
            marked |= fastest(figures, group, quantity)
    entries = {}
    for name, value in known.items():
        figure = figures[name, quantity]
        if derive.too_noisy(figure, record):
            entries[name] = Entry(f"±{percent(figure.interval.margin)}")
        else:
            entries[name] = Entry(*size.shown(value.interval), name in marked)
    return _Filled(f"{column.heading} ({size.unit})", entries)


def _legend(record: Record, filled: Sequence[_Filled]) -> Iterator[str]:
    """What the entries that there are mean."""
    entries = [entry for column in filled for entry in column.entries.values()]
    confidence = record.settings.confidence
    headings = [column.heading for column in filled]
    if any(entry.interval for entry in entries):
        yield f"Medians with {100 * confidence:g} % intervals."
    if any(entry.marked for entry in entries):
        yield "Bold: the fastest, and all whose intervals overlap with its own."
    if any(entry.text.startswith("±") for entry in entries):
        yield "±: too noisy for a figure, the interval reaches that far from the median."
    if any(not entry.interval and entry.text[0].isdigit() for entry in entries):
        few = rounds_needed(confidence)
        yield f"Without an interval: from fewer than {few} rounds or processes."
    if any("ceiling" in heading for heading in headings):
        yield "Ceiling: this machine's matrix product in the same dtype and as many threads."
