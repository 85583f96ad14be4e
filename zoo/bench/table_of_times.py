"""The table of a record: a section a model, a row a cell.

What varies among the cells is a column, what does not stands in the caption. A cell without proof
is a row with a reason.
"""

from __future__ import annotations

from typing import Sequence

from zoo.bench import derive
from zoo.bench.columns import DEFAULT, named
from zoo.bench.entries import fill, legend
from zoo.bench.likeness import described, groups, varying
from zoo.bench.numerals import NOTHING
from zoo.bench.record import Cell, Record
from zoo.bench.table import Entry, Row, Section, Table, origin


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
    made = [fill(record, figures, cells, named(name)) for name in columns or DEFAULT]
    filled = [column for column in made if columns or column.entries]
    labels = [name for name in varying(cells) if name not in ("model", "backend", "mode")]
    reasons = {cell.name: reason for cell in cells if (reason := derive.unproven(cell))}
    notes = list(dict.fromkeys(reasons.values()))

    def row(cell: Cell) -> Row:
        known = described(cell)
        return Row(
            (f"{cell.backend}:{cell.mode}", *(str(known.get(name, NOTHING)) for name in labels)),
            tuple(column.entries.get(cell.name, Entry()) for column in filled),
            (notes.index(reasons[cell.name]) + 1,) if cell.name in reasons else (),
        )

    models = dict.fromkeys(cell.model for cell in cells)
    return Table(
        title="Times",
        caption=(*legend(record, filled), *origin(record, cells)),
        labels=("backend", *labels),
        columns=tuple(column.heading for column in filled),
        sections=tuple(
            Section(model, tuple(row(cell) for cell in cells if cell.model == model))
            for model in models
        ),
        notes=tuple(notes),
    )
