"""A failed cell made smaller while it still fails in the same way."""

from __future__ import annotations

import time
from typing import Iterator, Tuple

from zoo.errors import SpecError, UsageError
from zoo.parity import parts
from zoo.parity.case import least_batch, make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES
from zoo.parity.location import Location
from zoo.parity.reference import Reference
from zoo.spec.graph import Spec
from zoo.worker.pool import Pool

SECONDS = 60.0
"""Longest search for the smaller forms of one cell."""


def smaller(cell: Cell, found: Location, pool: Pool, seconds: float = SECONDS) -> Cell:
    """The smallest cell found; the very same one if nothing smaller fails.

    It begins with the layer at fault by itself, if that fails.
    """
    from zoo.fuzz.shrink import shrink  # its package judges with this one

    deadline = time.monotonic() + seconds
    last = cell

    def fails(spec: Spec) -> bool:
        nonlocal last
        if time.monotonic() > deadline or not _keeps(spec, found):
            return False
        tried = _run(cell, spec, pool)
        if tried is None or _way(tried) != _way(cell):
            return False
        last = tried
        return True

    start = next((spec for spec in _starts(cell.case.spec, found) if fails(spec)), None)
    shrink(start or cell.case.spec, fails)
    return last


def _starts(spec: Spec, found: Location) -> Iterator[Spec]:
    for part in (parts.alone, parts.leading_to):
        if any(node.path == found.layer for node in spec.nodes):
            try:
                yield part(spec, found.layer)
            except SpecError:
                continue


def _run(cell: Cell, spec: Spec, pool: Pool) -> Cell | None:
    """The same with another model; None if the fault cannot be planted in it."""
    batch = cell.case.batch
    if batch < least_batch(spec):
        return None
    of_steps = _way(cell)[1]
    steps = len(cell.case.batches) // cell.case.spec.accumulate if of_steps else 1
    case = make_case(spec, batch=batch, steps=steps)
    try:
        other = Cell(Reference(case, cell.dtype), cell.target, cell.emission)
        return judged(other, pool, {})
    except UsageError:
        return None


def _keeps(spec: Spec, found: Location) -> bool:
    """Whether the kind of layer that is at fault is still there."""
    kinds = {node.op.kind for node in spec.nodes} | {spec.loss.kind, spec.optimizer.kind}
    return not found.kind or found.kind in kinds


def _way(cell: Cell) -> Tuple[str, bool]:
    """How a cell fails: its verdict, and whether only in the training steps."""
    row = next((row for row in cell.rows if row.verdict != AGREES), None)
    return (row.verdict, row.phase == "steps") if row else (AGREES, False)


def summary(cell: Cell) -> str:
    """What a model consists of, for one line."""
    spec = cell.case.spec
    kinds = ", ".join(node.op.kind for node in spec.nodes)
    shapes = " and ".join(str((cell.case.batch, *node.type.shape)) for node in spec.inputs)
    return f"{kinds} on {shapes}"
