"""A campaign: random models one after the other, on every backend, judged as `zoo parity` does."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from zoo.dtypes import DTYPES, check_dtype
from zoo.errors import UnsupportedError, UsageError
from zoo.fuzz.draw import Drawn, draw
from zoo.fuzz.report import Cell, Finding, FuzzReport
from zoo.fuzz.shrink import shrink
from zoo.oracle import kinks
from zoo.parity.case import least_batch, make_case
from zoo.parity.cell import Cell as ParityCell
from zoo.parity.cell import judged
from zoo.parity.compare import AGREES, HUNG, NOT_RUN, UNSUPPORTED, Row
from zoo.parity.noise import MARGIN, grain
from zoo.parity.reference import Reference
from zoo.spec.graph import Spec
from zoo.target import Target, as_targets
from zoo.worker.facts import variables
from zoo.worker.pool import Pool

TRIES = 20  # seeds of states and inputs until nothing is near a kink
STEPS = 3
FRESH = 250  # models after which workers start anew: frameworks keep what they compiled
SHRUNK = 10  # findings of a target that are made small; more are mostly the same again

Progress = Callable[[str], None]


def fuzz(
    numbers: Union[int, Iterable[int]] = 100,
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    seed: int = 0,
    dtype: str = "float64",
    threads: int = 1,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> FuzzReport:
    """Run random models on backends and compare every tensor with the float64 oracle.

    Args:
        numbers: which models of those that the seed gives, or how many from number 0 on.
        backends: names such as "torch" or "torch:compile", or "all".
        seed: of the models and of their states, inputs and masks.
        dtype: of the programs under test, one of `zoo.dtypes.DTYPES`; the oracle is always float64.
        threads: for each framework; models so small gain nothing from more.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown backend or mode, or a number out of range.
    """
    chosen = list(range(numbers) if isinstance(numbers, int) else numbers)
    targets = as_targets(backends)
    _check(chosen, targets, dtype)
    campaign = _Campaign(targets, seed, dtype, progress or (lambda text: None))
    start = time.monotonic()
    for first in range(0, len(chosen), FRESH):
        with Pool(threads=threads, timeout=timeout, python=python) as pool:
            for number in chosen[first : first + FRESH]:
                campaign.put(draw(number, seed), pool)
    return campaign.report(chosen, time.monotonic() - start)


def reference(spec: Spec, batch: int, seed: int, dtype: str) -> Reference | None:
    """Numbers that keep the model off kinks and in range; None if `TRIES` seeds gave none.

    Between kinks there is no room in half precision: there the noise crosses them.
    Training that diverges overflows, and a bound that is not finite would let everything pass.
    """
    for attempt in range(TRIES):
        case = make_case(spec, batch=batch, steps=STEPS, seed=seed + attempt, dtype=dtype)
        with np.errstate(all="ignore"):
            found = Reference(case, dtype)
            with kinks.watched() as watch:
                is_finite = _are_finite(found.exact)
            is_far = watch.distance > MARGIN * grain(dtype) or DTYPES[dtype].is_half
            if is_finite and is_far and _are_finite(found.moved()):
                return found
    return None


def _are_finite(arrays: Mapping[Any, NDArray[Any]]) -> bool:
    return all(np.isfinite(array).all() for array in arrays.values())


class _Campaign:
    """Counts and findings so far."""

    def __init__(
        self, targets: Sequence[Target], seed: int, dtype: str, progress: Progress
    ) -> None:
        self.seed, self.dtype, self.progress = seed, dtype, progress
        self.cells: Dict[Target, Cell] = {t: Cell(t.backend.name, t.way) for t in targets}
        self.ops: Counter[str] = Counter()
        self.on_kinks: List[int] = []
        self.findings: List[Finding] = []
        self.environments: Dict[str, Any] = {}

    def put(self, drawn: Drawn, pool: Pool) -> None:
        """One model to every backend that can run."""
        self.ops.update({node.op.kind for node in drawn.spec.nodes})
        self.ops.update({node.op.kind for node in drawn.spec.inputs})
        self._say(drawn, "computing the bound")
        found = reference(drawn.spec, drawn.batch, self.seed, self.dtype)
        if found is None:
            self.on_kinks.append(drawn.number)
            return
        for target, cell in self.cells.items():
            if not cell.reason:
                self._say(drawn, str(target))
                self._judge(drawn, found, target, cell, pool)

    def _judge(
        self, drawn: Drawn, found: Reference, target: Target, cell: Cell, pool: Pool
    ) -> None:
        try:
            target.backend.emit(drawn.spec)
        except UnsupportedError as error:
            cell.verdicts[UNSUPPORTED] += 1
            cell.refusals.update({finding.partition(": ")[2] for finding in error.findings})
            return
        start = time.monotonic()
        rows = self._rows(found, target, pool)
        cell.seconds += time.monotonic() - start
        worst = _worst(rows)
        if worst.verdict == NOT_RUN:
            cell.reason = worst.reason
            return
        cell.verdicts[worst.verdict] += 1
        if worst.verdict == AGREES:
            cell.nearest = max(cell.nearest, *(_share(row) for row in rows))
        else:
            self._find(drawn, worst, target, pool)

    def _find(self, drawn: Drawn, worst: Row, target: Target, pool: Pool) -> None:
        last = worst

        def fails(spec: Spec) -> bool:
            nonlocal last
            self._say(drawn, f"{target} fails, made smaller: {len(spec.nodes)} layers")
            if drawn.batch < least_batch(spec):
                return False
            found = reference(spec, drawn.batch, self.seed, self.dtype)
            row = _worst(self._rows(found, target, pool)) if found else None
            if row is None or _way(row) != _way(worst):
                return False
            last = row
            return True

        ways = Counter((each.row.backend, each.row.mode) for each in self.findings)
        few = ways[worst.backend, worst.mode] < SHRUNK
        # A smaller form that hangs would be waited for as long, and there are hundreds.
        minimal = shrink(drawn.spec, fails) if few and worst.verdict != HUNG else drawn.spec
        self.findings.append(Finding(drawn.number, drawn.batch, worst, drawn.spec, minimal, last))

    def _rows(self, found: Reference, target: Target, pool: Pool) -> list[Row]:
        return judged(ParityCell(found, target), pool, self.environments).rows

    def _say(self, drawn: Drawn, what: str) -> None:
        self.progress(f"model {drawn.number}: {what}; {len(self.findings)} findings so far")

    def report(self, numbers: Sequence[int], seconds: float) -> FuzzReport:
        return FuzzReport(
            self.seed, self.dtype, tuple(numbers), tuple(self.on_kinks), dict(self.ops),
            tuple(self.cells.values()), tuple(self.findings), self.environments, variables(),
            seconds,
        )  # fmt: skip


def _worst(rows: Sequence[Row]) -> Row:
    """The first row that does not agree, or the first."""
    return next((row for row in rows if row.verdict != AGREES), rows[0])


def _share(row: Row) -> float:
    return row.error / row.bound if row.error and row.bound else 0.0


def _way(row: Row) -> Tuple[str, str]:
    """How a model fails, its names and numbers left out: what its smaller forms have to keep."""
    lost = row.error is None
    return row.verdict, re.sub(r"[0-9]+", "0", row.reason.partition("\n")[0])[:80] if lost else ""


def _check(numbers: Sequence[int], targets: Sequence[Target], dtype: str) -> None:
    if not numbers:
        raise UsageError("fuzz needs at least one model")
    if not all(type(number) is int and 0 <= number < 2**63 for number in numbers):
        raise UsageError(f"numbers of models must be whole and not negative, got {numbers!r}")
    if not targets:
        raise UsageError("fuzz needs at least one backend; `zoo list backends` shows them")
    check_dtype(dtype)
