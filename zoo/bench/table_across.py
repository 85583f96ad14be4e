"""One figure of a record across models and settings: a row a backend, a column a setting."""

from __future__ import annotations

from typing import List, Sequence

from zoo.bench import derive
from zoo.bench.columns import named
from zoo.bench.entries import fill, legend
from zoo.bench.likeness import described, groups, varying
from zoo.bench.record import Cell, Record
from zoo.bench.table import Entry, Row, Section, Table, origin


def across(
    record: Record, cells: Sequence[Cell] | None = None, column: str = "train_step"
) -> Table:
    """The table of one column of a record, or of some of its cells.

    Raises:
        UsageError: an unknown column.
    """
    cells = record.cells if cells is None else cells
    figures = derive.by_cell(record, cells)
    filled = fill(record, figures, cells, named(column))
    settings = list(groups(cells).values())
    backends = dict.fromkeys((cell.backend, cell.mode) for cell in cells)
    notes: List[str] = []

    def row(backend: str, mode: str) -> Row:
        own = [
            next((cell for cell in alike if (cell.backend, cell.mode) == (backend, mode)), None)
            for alike in settings
        ]
        reasons = [derive.unproven(cell) for cell in own if cell is not None]
        told = dict.fromkeys(reason for reason in reasons if reason)
        notes.extend(reason for reason in told if reason not in notes)
        return Row(
            (f"{backend}:{mode}",),
            tuple(filled.entries.get(cell.name, Entry()) if cell else Entry() for cell in own),
            tuple(notes.index(reason) + 1 for reason in told),
        )

    rows = tuple(row(*each) for each in backends)
    absent = (
        ["– without a note: not in the record."] if len(cells) < len(rows) * len(settings) else []
    )
    return Table(
        title="Comparison",
        caption=(*legend(record, [filled]), *absent, *origin(record, cells)),
        labels=("backend",),
        columns=tuple(_heading(cells, alike[0]) for alike in settings),
        sections=(Section(filled.heading.replace("\n", " "), rows),),
        notes=tuple(notes),
    )


def _heading(cells: Sequence[Cell], cell: Cell) -> str:
    """The model, and what else varies."""
    known = described(cell)
    names = [name for name in varying(cells) if name in known]
    other = [name for name in names if name not in ("model", "backend", "mode")]
    return "\n".join([cell.model, *(f"{name} {known[name]}" for name in other)])
