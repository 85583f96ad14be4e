"""The table of a record's sweeps: a section a model and what it was swept over, a row a sweep."""

from __future__ import annotations

from typing import Sequence

from zoo.bench import derive
from zoo.bench.growth import Growth, Series, growth, sweeps
from zoo.bench.likeness import described, varying
from zoo.bench.numerals import NOTHING, Scale
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.table import Entry, Row, Section, Table, origin
from zoo.errors import UsageError


def exponents(record: Record, cells: Sequence[Cell] | None = None) -> Table:
    """The exponents of every sweep of a record, or of some of its cells.

    Raises:
        UsageError: there is no sweep.
    """
    cells = record.cells if cells is None else cells
    figures = derive.by_cell(record, cells)
    found = [(series, growth(record, figures, series)) for series in sweeps(cells)]
    found = [(series, grown) for series, grown in found if grown]
    if not found:
        raise UsageError("no sweep: no two cells differ in a batch, threads or a number alone")
    labels = [name for name in varying(cells) if name not in ("model", "backend", "mode")]
    titles = dict.fromkeys((series.cells[0].model, series.axis) for series, _ in found)
    quantities = list(dict.fromkeys(each.quantity for _, grown in found for each in grown))
    columns = [(quantity, which) for quantity in quantities for which in ("exponent", "last")
               if which == "exponent" or quantity in QUANTITIES]  # fmt: skip

    def row(series: Series, grown: Sequence[Growth]) -> Row:
        cell, by_quantity = series.cells[0], {each.quantity: each for each in grown}
        known = {**described(cell), series.axis: f"{series.values[0]:g}–{series.values[-1]:g}"}
        entries = []
        for quantity, which in columns:
            interval = getattr(by_quantity.get(quantity), which, None)
            entries.append(Entry(*Scale(1.0, "").shown(interval)) if interval else Entry())
        settings = (str(known.get(name, NOTHING)) for name in labels)
        return Row((f"{cell.backend}:{cell.mode}", *settings), tuple(entries))

    confidence = f"{100 * record.settings.confidence:g} %"
    return Table(
        title="Growth",
        caption=(
            f"Exponents e of figure ~ value^e with {confidence} intervals, without one from two "
            "values: over the whole sweep, and between its two largest values.",
            *origin(record, cells),
        ),
        labels=("backend", *labels),
        columns=tuple(
            quantity.replace("_", " ") + (",\nlast two" if which == "last" else "")
            for quantity, which in columns
        ),
        sections=tuple(
            Section(
                f"{model} with {axis}",
                tuple(
                    row(series, grown) for series, grown in found
                    if (series.cells[0].model, series.axis) == (model, axis)
                ),
            )
            for model, axis in titles
        ),
    )  # fmt: skip
