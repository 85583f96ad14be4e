"""What is true of a record and makes its figures say less: noise, drift, few rounds, mixtures."""

from __future__ import annotations

from collections import defaultdict
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np
from scipy import stats

from zoo.bench import derive
from zoo.bench.faults import Found
from zoo.bench.numerals import percent
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.statistics import trend

RARE = 0.01
"""Doubts that come from a test are raised where chance alone does it less often than this."""


def doubts(record: Record, figures: Sequence[derive.Figure]) -> Found:
    """All of them; `figures` are derived from the record's samples."""
    yield from _machines(record)
    yield from _versions(record)
    yield from _one_process(record)
    yield from _noise(record, figures)
    yield from _ceilings(record, figures)
    for cell in record.cells:
        yield from _rounds(record, cell)
        yield from _drift(record, cell)
        yield from _processes(record, cell)


def _machines(record: Record) -> Found:
    used = {cell.machine for cell in record.cells}
    if len(used) > 1:
        yield "machines", f"are {len(used)}; only cells of the same one can be compared"


def _versions(record: Record) -> Found:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in record.cells:
        for library, version in cell.environment.versions.items():
            found[cell.backend, library].add(version)
    for (backend, library), versions in found.items():
        if len(versions) > 1:
            listed = ", ".join(sorted(versions))
            yield f"backend {backend}", f"ran with different versions of {library}: {listed}"


def _one_process(record: Record) -> Found:
    alone = [
        cell.name
        for cell in record.cells
        if derive.unproven(cell) is None and len({each.process for each in cell.samples}) == 1
    ]
    if alone:
        yield (
            "processes",
            f"all rounds of {len(alone)} cells are of one process each, such as of {alone[0]}; "
            "what differs from process to process is not in their intervals",
        )


def _rounds(record: Record, cell: Cell) -> Found:
    for quantity, rounds in _proven(cell):
        least = record.settings.rounds_at_least
        if len(rounds) < least:
            where = f"cell {cell.name}: samples of {quantity}"
            yield where, f"{len(rounds)} rounds, the settings ask for {least}"


def _noise(record: Record, figures: Sequence[derive.Figure]) -> Found:
    wanted = record.settings.precision
    found: dict[str, List[str]] = defaultdict(list)
    for figure in figures:
        margin = figure.interval.margin
        if figure.quantity in QUANTITIES and margin > wanted:
            found[figure.cell].append(f"{percent(margin)} ({figure.quantity})")
    for cell, margins in found.items():
        yield (
            f"cell {cell}",
            f"intervals reach {', '.join(margins)} from the median, {percent(wanted)} were wanted",
        )


def _ceilings(record: Record, figures: Sequence[derive.Figure]) -> Found:
    cells = {cell.name: cell for cell in record.cells}
    for figure in figures:
        cell = cells[figure.cell]
        height = derive.ceiling(record, cell, "matrix-product")
        if figure.quantity in QUANTITIES and height is not None:
            share = derive.work(cell, figure).low / height
            if share > 1:
                yield (
                    f"cell {cell.name}: {figure.quantity}",
                    f"does at least {percent(share)} of what the machine's matrix product does; "
                    "one of the two was measured at another speed of the machine",
                )


def _drift(record: Record, cell: Cell) -> Found:
    for quantity, rounds in _proven(cell):
        moved = trend(list(rounds.values()))
        if moved.p < RARE and abs(moved.change) > record.settings.precision:
            direction = "rise" if moved.change > 0 else "fall"
            yield (
                f"cell {cell.name}: samples of {quantity}",
                f"{direction} by {percent(abs(moved.change))} from the first round to the last "
                f"(Mann-Kendall, p = {moved.p:.1g})",
            )


def _processes(record: Record, cell: Cell) -> Found:
    """Rounds of one process may be more alike than others; an interval over rounds overlooks it."""
    process = {sample.round: sample.process for sample in cell.samples}
    for quantity, rounds in _proven(cell):
        groups: dict[int, List[float]] = defaultdict(list)
        for number, seconds in rounds.items():
            groups[process[number]].append(float(np.median(seconds)))
        medians = [float(np.median(group)) for group in groups.values()]
        apart = max(medians) / min(medians) - 1
        if len(groups) < 2 or apart <= record.settings.precision:
            continue
        if stats.kruskal(*groups.values()).pvalue < RARE:
            yield (
                f"cell {cell.name}: samples of {quantity}",
                f"processes differ by up to {percent(apart)}, more than their rounds do; the "
                "interval is too narrow",
            )


def _proven(cell: Cell) -> Iterator[Tuple[str, Dict[int, List[float]]]]:
    """Quantities that have figures, with their rounds."""
    if derive.unproven(cell) is None:
        for quantity in QUANTITIES:
            rounds = derive.rounds_of(cell, quantity)
            if rounds:
                yield quantity, rounds
