"""The entries of a column: figures as text, in one unit, the fastest marked."""

from __future__ import annotations

from typing import Iterator, Mapping, Sequence

import attrs

from zoo.bench import derive
from zoo.bench.columns import Column
from zoo.bench.derive import Figures
from zoo.bench.likeness import fastest, groups
from zoo.bench.numerals import percent, scale
from zoo.bench.record import Cell, Record
from zoo.bench.statistics import rounds_needed
from zoo.bench.table import Entry


@attrs.frozen
class Filled:
    """A column with its entries, by the names of cells, and its unit in the heading."""

    heading: str
    entries: Mapping[str, Entry]


def fill(record: Record, figures: Figures, cells: Sequence[Cell], column: Column) -> Filled:
    """The entries of those of the cells that have a value."""
    quantity = column.quantity
    with_figures = [cell for cell in cells if (cell.name, quantity) in figures]
    values = {cell.name: column.value(record, cell, figures[cell.name, quantity])
              for cell in with_figures}  # fmt: skip
    known = {name: value for name, value in values.items() if value is not None}
    if not known:
        return Filled(column.heading, {})
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
            entries[name] = Entry(f"±{percent(figure.interval.margin)}", marked=name in marked)
        else:
            entries[name] = Entry(*size.shown(value.interval), name in marked)
    return Filled(f"{column.heading} ({size.unit})", entries)


def legend(record: Record, filled: Sequence[Filled]) -> Iterator[str]:
    """Sentences on what the entries mean, as far as there are such."""
    entries = [entry for column in filled for entry in column.entries.values()]
    confidence = record.settings.confidence
    headings = [column.heading for column in filled]
    if any(entry.interval for entry in entries):
        yield f"Medians with {100 * confidence:g} % intervals."
    if any(entry.marked for entry in entries):
        yield (
            "Bold: the fastest of those that differ in nothing but the backend, and all whose "
            "intervals overlap with its own, with a figure or without."
        )
    if any(entry.text.startswith("±") for entry in entries):
        yield "±: too noisy for a figure, the interval reaches that far from the median."
    if any(not entry.interval and entry.text[0].isdigit() for entry in entries):
        few = rounds_needed(confidence)
        yield f"Without an interval: from fewer than {few} rounds or processes."
    if any("ceiling" in heading for heading in headings):
        yield "Ceiling: this machine's matrix product in the same dtype and as many threads."
