"""Plants every fault in every backend's programs, and runs clean programs beside them."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable, Iterable, Iterator, List, Mapping, Sequence, Union

from zoo.dtypes import DTYPES, check_dtype
from zoo.errors import InternalError, UsageError, nearest
from zoo.fuzz.draw import draw
from zoo.fuzz.run import reference
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES, DISAGREES, NOT_RUN, UNSUPPORTED, Row
from zoo.parity.emission import PLAIN, Emission
from zoo.parity.locate import locate
from zoo.parity.reference import Reference
from zoo.selftest.catalogue import FAULTS
from zoo.selftest.fault import Fault
from zoo.selftest.report import (
    ABSENT,
    CAUGHT,
    CRASHED,
    MISSED,
    REFUSED,
    WITHIN_ROUNDING,
    Alarm,
    Outcome,
    Score,
    SelftestReport,
)
from zoo.target import Target, as_targets
from zoo.worker.pool import Pool

BATCH = 4
FRESH = 100  # programs after which workers start anew: frameworks keep what they compiled

Progress = Callable[[str], None]
Job = Callable[[Pool], None]


def selftest(
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    faults: Iterable[str] | None = None,
    clean: int = 125,
    seed: int = 0,
    dtype: str = "float64",
    threads: int = 1,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> SelftestReport:
    """Plant faults in every backend's programs, and see whether parity finds and names them.

    Args:
        backends: names such as "torch" or "torch:compile", or "all".
        faults: names of some faults (`zoo.selftest.FAULTS`); all of them by default.
        clean: random models that are run without a fault on each backend, beside the models of
            the faults. One model on one backend with its own parameters, inputs and masks is one
            comparison, of all its tensors in evaluation, training and a few optimizer steps.
        seed: of the models and of all states, inputs and masks.
        dtype: of the programs under test, one of `zoo.dtypes.DTYPES`; the oracle is always float64.
        threads: for each framework; models so small gain nothing from more.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown backend, mode or fault, or a number out of range.
    """
    targets, chosen = as_targets(backends), _faults(faults)
    _check(targets, clean, dtype)
    start = time.monotonic()
    run = _Run(seed, dtype, progress or (lambda text: None))
    run.prepare(chosen, clean)
    scores = []
    for target in targets:
        score = Score(target.backend.name, target.way)
        scores.append(score)
        jobs = list(run.jobs(target, score))
        for first in range(0, len(jobs), FRESH):
            with Pool(threads=threads, timeout=timeout, python=python) as pool:
                for job in jobs[first : first + FRESH]:
                    if not score.reason:
                        job(pool)
    seconds = time.monotonic() - start
    return SelftestReport(seed, dtype, tuple(scores), run.environments, seconds)


class _Run:
    """What every target is given: faults and clean models, each with what the oracle says of it."""

    def __init__(self, seed: int, dtype: str, progress: Progress) -> None:
        self.seed, self.dtype, self.progress = seed, dtype, progress
        self.environments: dict[str, Any] = {}
        self.planted: List[tuple[Fault, Reference | None]] = []
        self.clean: List[Reference] = []

    def prepare(self, faults: Sequence[Fault], clean: int) -> None:
        for fault in faults:
            self.progress(f"{fault.name}: computing the bound")
            self.planted.append((fault, self._planted(fault)))
        controls = {right.case.spec: right for _, right in self.planted if right is not None}
        self.clean += controls.values()
        for number in range(clean):
            self.progress(f"random model {number}: computing the bound")
            drawn = draw(number, self.seed)
            found = reference(drawn.spec, drawn.batch, self.seed + number, self.dtype)
            if found is not None:
                self.clean.append(found)

    def _planted(self, fault: Fault) -> Reference | None:
        """The model as it should be; None if rounding hides the fault."""
        right = reference(fault.spec, BATCH, self.seed, self.dtype)
        if right is None and DTYPES[self.dtype].is_half:
            return None  # Adam's 1 - beta2^step, say, is lost in so few digits
        if right is None:
            raise InternalError(f"the model of the fault {fault.name!r} is on a kink for any seed")
        if fault.shows(right, self.dtype):
            return right
        if self.dtype == "float64":
            raise InternalError(f"the fault {fault.name!r} changes nothing in its model")
        return None

    def jobs(self, target: Target, score: Score) -> Iterator[Job]:
        for fault, right in self.planted:
            yield partial(self._plant, fault, right, target, score)
        for right in self.clean:
            yield partial(self._compare, right, target, score)

    def _plant(
        self, fault: Fault, right: Reference | None, target: Target, score: Score, pool: Pool
    ) -> None:
        self.progress(f"{target}: {fault.name}")
        emission = fault.emission(target.backend)
        if emission is None:
            score.outcomes.append(Outcome(fault, ABSENT))
            return
        if right is None:
            score.outcomes.append(Outcome(fault, WITHIN_ROUNDING))
            return
        cell = self._judged(right, emission, target, pool)
        bad = _first_bad(cell)
        if bad is None:
            score.outcomes.append(Outcome(fault, MISSED))
        elif bad.verdict == NOT_RUN:
            score.reason = bad.reason
        elif bad.verdict == UNSUPPORTED:
            score.outcomes.append(Outcome(fault, REFUSED, reason=bad.reason))
        elif bad.verdict != DISAGREES:
            score.outcomes.append(Outcome(fault, CRASHED, reason=bad.reason))
        else:
            found = locate(cell, pool.session(target))
            score.outcomes.append(Outcome(fault, CAUGHT, found.layer, found.causes, str(found)))

    def _compare(self, right: Reference, target: Target, score: Score, pool: Pool) -> None:
        model = right.case.spec.name
        self.progress(f"{target}: {model}, clean; {len(score.alarms)} false alarms so far")
        bad = _first_bad(self._judged(right, PLAIN, target, pool))
        if bad is not None and bad.verdict == NOT_RUN:
            score.reason = bad.reason
        elif bad is None or bad.verdict != UNSUPPORTED:
            score.clean += 1
            score.alarms += [Alarm(model, bad)] if bad is not None else []

    def _judged(self, right: Reference, emission: Emission, target: Target, pool: Pool) -> Cell:
        return judged(Cell(right, target, emission), pool, self.environments)


def _first_bad(cell: Cell) -> Row | None:
    return next((row for row in cell.rows if row.verdict != AGREES), None)


def _faults(names: Iterable[str] | None) -> list[Fault]:
    if names is None:
        return list(FAULTS.values())
    chosen = list(names)
    for name in chosen:
        if name not in FAULTS:
            raise UsageError(f"no fault {name!r}: {nearest(name, FAULTS)}")
    return [FAULTS[name] for name in chosen]


def _check(targets: Sequence[Target], clean: int, dtype: str) -> None:
    if not targets:
        raise UsageError("selftest needs at least one backend; `zoo list backends` shows them")
    if type(clean) is not int or not 0 <= clean <= 10**6:
        raise UsageError(f"clean must be a whole number from 0 to 1000000, got {clean!r}")
    check_dtype(dtype)
