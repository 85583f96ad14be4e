"""Figures and samples as CSV, unrounded, in seconds and bytes."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Sequence

import attrs

from zoo.bench import derive
from zoo.bench.likeness import described
from zoo.bench.record import Cell, Record


def figures(record: Record, cells: Sequence[Cell]) -> str:
    """Every figure in a line; a cell without any has its gap."""
    known = [described(cell) for cell in cells]
    names = list(dict.fromkeys(name for each in known for name in each))
    fields = [field.name for field in attrs.fields(derive.Figure)]
    found = derive.figures(record, cells)
    text = StringIO()
    writer = csv.DictWriter(text, [*names, *fields, "gap"], lineterminator="\n")
    writer.writeheader()
    for cell, about in zip(cells, known):
        own = [attrs.asdict(figure) for figure in found if figure.cell == cell.name]
        for line in own or [{"cell": cell.name, "gap": derive.unproven(cell)}]:
            writer.writerow({**about, **line})
    return text.getvalue()


def samples(record: Record) -> str:
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
