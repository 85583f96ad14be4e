"""A cell while it is measured: its worker process, and what was found so far."""

from __future__ import annotations

import math
from typing import Any, Callable, Mapping, Sequence

from zoo.bench import barrier
from zoo.bench.cells import Planned
from zoo.bench.certificate import Prover, hash_of
from zoo.bench.derive import rounds_of
from zoo.bench.gap import GapError
from zoo.bench.record import (
    QUANTITIES,
    Barrier,
    Cell,
    Environment,
    Memory,
    Once,
    Sample,
    Settings,
)
from zoo.bench.spending import Spending
from zoo.bench.statistics import median_interval
from zoo.bench.work import bytes_moved, flops
from zoo.errors import BackendUnavailable, UnsupportedError, WorkerError
from zoo.spec import initial
from zoo.worker.session import Session
from zoo.worker.timing import Plan

FIRST = Plan(3, 0.05, 0, 0, 0.0, 0.0)
"""The first calls in a process, which may compile; the first of all stands in the record."""
WARMUP, WARMUP_SECONDS = 1, 0.02
"""Before each visit's samples: the other cells have had the caches since."""
LEAST, MOST = 6, 60
"""Samples of a quantity in a visit."""
SAMPLE_SECONDS = 1e-3
"""A sample lasts as long at least, which is a thousand times what reading the clock takes."""

Start = Callable[[Planned], Session]


class Live:
    """Runs one cell; whatever fails in it becomes the cell's gap, with its reason.

    Attributes:
        cell: what stands in the record.
        source: the emitted program; empty as long as none was made.
    """

    def __init__(self, planned: Planned, start: Start, spending: Spending, seed: int) -> None:
        self.planned, self._start, self._spending = planned, start, spending
        self.source = ""
        spec, batch = planned.spec, planned.batch
        self.cell = Cell(
            name=planned.name,
            model=planned.model,
            arguments={
                name: list(value) if isinstance(value, tuple) else value
                for name, value in planned.arguments.items()
            },
            spec=spec.hash,
            source=None,
            backend=planned.target.backend.name,
            mode=planned.target.mode,
            device=planned.target.device,
            dtype=planned.dtype,
            batch=batch,
            threads=planned.threads,
            profile=planned.profile.name,
            machine="m0",
            environment=Environment(profile=planned.profile.declared(planned.target)),
            flops=flops(spec, batch),
            bytes=bytes_moved(spec, batch, planned.dtype),
        )
        self._state = initial.initial_state(spec, seed)
        self._inputs = initial.random_inputs(spec, batch, seed)
        self._target = initial.random_target(spec, batch, seed)
        self._session: Session | None = None
        self._process = 0
        self._warmup: dict[str, list[float]] = {}
        self.is_precise = False

    @property
    def is_open(self) -> bool:
        """Whether there is more to measure."""
        return self.cell.gap is None and not self.is_precise

    def begin(self, round: int) -> None:
        """Start a process of its own, load the program, and make the first calls.

        The first process also has to show that its barrier is real.
        """
        self.end()
        self._attempt(lambda: self._begin(round))

    def visit(self, round: int, position: int, seconds: float, order: Sequence[str]) -> None:
        """Set the model back and take samples of each quantity, for `seconds` each."""
        self._attempt(lambda: self._visit(round, position, seconds, order))

    def look(self, settings: Settings) -> None:
        """See whether every interval is as narrow as was wanted."""
        self.is_precise = all(self._margin(q, settings) <= settings.precision for q in QUANTITIES)

    def prove(self, prover: Prover) -> None:
        """Have parity judge the program under its profile, in a worker that ran it."""
        self._attempt(lambda: self._prove(prover))

    def end(self) -> None:
        """End the process, if one runs, at once: a framework may take seconds to end by itself."""
        session, self._session = self._session, None
        if session is not None:
            session.kill()

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (BackendUnavailable, GapError, UnsupportedError, WorkerError) as error:
            self.cell.gap = str(error)
            self.end()

    def _begin(self, round: int) -> None:
        self.planned.target.backend.check_dtype(self.planned.dtype)
        self._process += 1
        with self._spending("starting"):
            session = self._session = self._start(self.planned)
            self.source = session.load(self.planned.spec, self._state, dtype=self.planned.dtype)
            self.cell.source = hash_of(self.source)
            self._once(round, session.start_seconds)
            self._warmup = {what: self._timed(what, FIRST)[0] for what in QUANTITIES}
            self._once(round, {f"first_{q}": calls[0] for q, calls in self._warmup.items()})
            sizes = session.peak_memory()
            self.cell.memory += [
                Memory(round, self._process, kind, size) for kind, size in sizes.items()
            ]
            self._read_back(session)
        if self._process == 1:
            with self._spending("checking"):
                self._check_barriers(round, session)

    def _read_back(self, session: Session) -> None:
        found, environment = session.process_facts(), self.cell.environment
        environment.versions = found.pop("versions")
        environment.libraries = found.pop("libraries")
        environment.variables = dict(session.variables)
        environment.facts = {**session.facts, **found}

    def _check_barriers(self, round: int, session: Session) -> None:
        for quantity in QUANTITIES:
            calls = barrier.calls_for(self._warmup[quantity][-1])
            read = session.read_at_once_and_later(
                quantity, self._inputs, self._target, calls=calls, attempts=barrier.ATTEMPTS
            )
            found = Barrier(round, self._process, quantity, calls, *read)
            self.cell.barrier.append(found)
            objection = barrier.objection(found)
            if objection is not None:
                raise GapError(objection)

    def _visit(self, round: int, position: int, seconds: float, order: Sequence[str]) -> None:
        session = self._running
        session.write(self._state)
        plan = Plan(WARMUP, WARMUP_SECONDS, LEAST, MOST, seconds, SAMPLE_SECONDS)
        for quantity in order:
            warmup, samples, calls = self._timed(quantity, plan)
            self.cell.samples.append(
                Sample(
                    round, position, self._process, quantity,
                    self._warmup.pop(quantity, []) + warmup, samples, calls,
                )
            )  # fmt: skip
            self._spending.add("timed", calls * sum(samples))
            self._spending.add("warming", sum(warmup))

    def _timed(self, quantity: str, plan: Plan) -> tuple[list[float], list[float], int]:
        found = self._running.timed(quantity, self._inputs, self._target, plan)
        if not found.finite:
            raise GapError(f"{quantity} gave numbers that are not finite")
        return found.warmup, found.seconds, found.calls

    def _prove(self, prover: Prover) -> None:
        planned, module = self.planned, self.planned.target.backend.module
        version = self.cell.environment.versions.get(module)
        if version is None:
            raise GapError(f"no parity certificate: {module} does not say its version")
        with self._spending("proving"):
            self.cell.certificate = prover.certificate(
                planned.spec, planned.dtype, self.source, self._running, version,
                profile=planned.profile.name,
            )  # fmt: skip

    def _once(self, round: int, seconds: Mapping[str, float]) -> None:
        self.cell.once += [
            Once(round, self._process, quantity, spent) for quantity, spent in seconds.items()
        ]

    def _margin(self, quantity: str, settings: Settings) -> float:
        groups: list[Any] = list(rounds_of(self.cell, quantity).values())
        found = median_interval(groups, confidence=settings.confidence, seed=settings.seed)
        return found.margin if found.known else math.inf

    @property
    def _running(self) -> Session:
        assert self._session is not None  # a cell without one has a gap, and is let alone
        return self._session
