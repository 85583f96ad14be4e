"""Figures from raw samples: what tables, pages and `zoo bench verify` all start from.

A cell has figures only with a parity certificate for the very source that was timed. Seconds of
steady state count by round; what happens once a process (import, first step, memory) counts by
process.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import attrs
import numpy as np

from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.statistics import Interval, Rounds, median_interval

Figures = Mapping[Tuple[str, str], "Figure"]
"""By the name of the cell and the quantity."""

NOISY = 10
"""An interval that reaches so many times as far as was wanted is no figure."""


@attrs.frozen
class Figure:
    """A quantity of a cell, as it stands in the record.

    Attributes:
        cell: its name.
        quantity: such as `train_step`, `first_train_step`, `import` or `process_memory`.
        unit: "s" or "B".
        median: over rounds or processes.
        low: end of the interval; None if there are too few rounds to say.
        high: the other end.
        rounds: or processes.
        samples: in all of them.
        raw: SHA-256 of the entries that it was derived from, as canonical JSON.
    """

    cell: str
    quantity: str
    unit: str
    median: float
    low: Optional[float]
    high: Optional[float]
    rounds: int
    samples: int
    raw: str

    @property
    def interval(self) -> Interval:
        if self.low is None or self.high is None:
            return Interval(self.median, math.nan, math.nan)
        return Interval(self.median, self.low, self.high)


def figures(record: Record, cells: Sequence[Cell] | None = None) -> List[Figure]:
    """All figures of a record, or of some of its cells, in their order."""
    chosen = record.cells if cells is None else cells
    return [figure for cell in chosen for figure in _of_cell(record, cell)]


def by_cell(record: Record, cells: Sequence[Cell] | None = None) -> Figures:
    """The same, to be looked up."""
    return {(figure.cell, figure.quantity): figure for figure in figures(record, cells)}


def unproven(cell: Cell) -> Optional[str]:
    """Why the cell has no figures; None if it has a certificate of its own and no gap."""
    if cell.gap is not None:
        return cell.gap
    if cell.certificate is None:
        return "no parity certificate"
    wrong = mismatches(cell)
    return f"the certificate is for another {wrong[0][0]}" if wrong else None


def mismatches(cell: Cell) -> List[Tuple[str, str, str]]:
    """Fields in which the cell is not what its certificate proves, with both values."""
    proof = cell.certificate
    if proof is None:
        return []
    found = [
        (field, str(getattr(proof, field)), str(getattr(cell, field)))
        for field in ("spec", "source", "backend", "mode", "dtype")
        if getattr(proof, field) != getattr(cell, field)
    ]
    versions = cell.environment.versions
    if proof.version not in versions.values():
        found.append(("version", proof.version, ", ".join(map(" ".join, versions.items()))))
    return found


def too_noisy(figure: Figure, record: Record) -> bool:
    """Whether the interval is so wide that the figure says nothing."""
    return figure.interval.margin > NOISY * record.settings.precision


def rounds_of(cell: Cell, quantity: str) -> Dict[int, List[float]]:
    """Seconds of a quantity in steady state, by round in their order."""
    found: Dict[int, List[float]] = {}
    for sample in sorted(cell.samples, key=lambda each: each.round):
        if sample.quantity == quantity:
            found.setdefault(sample.round, []).extend(sample.seconds)
    return found


def work(cell: Cell, figure: Figure) -> Interval:
    """FLOP/s: what the specification counts for a call, over the time of one."""
    flops, time = cell.flops[figure.quantity], figure.interval
    return Interval(flops / time.median, flops / time.high, flops / time.low)


def ceiling(record: Record, cell: Cell, quantity: str) -> Optional[float]:
    """What the machine reached in the cell's dtype, threads and device; None if not measured.

    `quantity` is `matrix-product` (FLOP/s) or `bandwidth` (B/s).
    """
    machine = record.machines.get(cell.machine)
    for each in machine.ceilings if machine else ():
        same = (each.dtype, each.threads, each.device) == (cell.dtype, cell.threads, cell.device)
        if same and each.quantity == quantity and each.samples:
            return float(np.median(each.samples))
    return None


def _of_cell(record: Record, cell: Cell) -> Iterator[Figure]:
    if unproven(cell) is not None:
        return
    for quantity in QUANTITIES:
        entries = [sample for sample in cell.samples if sample.quantity == quantity]
        groups = list(rounds_of(cell, quantity).values())
        yield from _figure(record, cell, quantity, "s", groups, entries)
    for quantity in dict.fromkeys(once.quantity for once in cell.once):
        once = [each for each in cell.once if each.quantity == quantity]
        yield from _figure(record, cell, quantity, "s", [[each.seconds] for each in once], once)
    for kind in dict.fromkeys(use.kind for use in cell.memory):
        uses = [each for each in cell.memory if each.kind == kind]
        sizes = [[float(each.bytes)] for each in uses]
        yield from _figure(record, cell, f"{kind}_memory", "B", sizes, uses)


def _figure(
    record: Record, cell: Cell, quantity: str, unit: str, groups: Rounds, entries: Sequence[Any]
) -> Iterator[Figure]:
    if not groups:
        return
    settings = record.settings
    found = median_interval(groups, confidence=settings.confidence, seed=settings.seed)
    low, high = (found.low, found.high) if found.known else (None, None)
    count = sum(map(len, groups))
    yield Figure(
        cell.name, quantity, unit, found.median, low, high, len(groups), count, _digest(entries)
    )


def _digest(entries: Sequence[Any]) -> str:
    data = [attrs.asdict(each) for each in entries]
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
