"""The bench is judged: false alarms, a planted slowdown, a barrier that is skipped.

A/A pairs are two measurements of one thing. In simulated ones, rounds share moments of a machine
that drifts, each side has a scatter of its own, and single samples are far off; in real ones, a
backend is measured beside itself, each round of a side in a process of its own. A difference is
called as `zoo bench diff` does it: where the whole interval of the ratio lies beyond a tolerance.
Then one side of each pair is made 5 % slower, which is to be found where the interval is narrow
enough to tell, and is otherwise to be left open.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, List, Mapping, Sequence, Tuple

import attrs
import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

import zoo
from zoo.bench import barrier
from zoo.bench.cells import Planned, planned
from zoo.bench.certificate import Prover
from zoo.bench.derive import rounds_of
from zoo.bench.diff import verdict_of
from zoo.bench.live import Live
from zoo.bench.measure import measure
from zoo.bench.record import QUANTITIES, Barrier, Settings
from zoo.bench.spending import Spending
from zoo.bench.statistics import Rounds, ratio_interval
from zoo.bench.suite import Group, Suite
from zoo.bench.workers import Workers
from zoo.errors import UsageError
from zoo.worker.parent import Worker

SCHEMA = "parityzoo/bench-selftest/1"

SLOWDOWN = 0.05
TOLERANCE = 0.02
SIMULATED_ROUNDS, SIMULATED_SAMPLES = 12, 20
MODEL, REAL_ROUNDS, REAL_SECONDS = "mlp", 12, 5.0
FALSE_ALARMS, FOUND = 0.05, 0.9
"""Shares: at most, at least."""

Pair = Tuple[Rounds, Rounds]
Say = Callable[[str], None]


@attrs.frozen
class Judged:
    """Pairs of one kind.

    Attributes:
        pairs: how many.
        alarms: called different although both sides are the same.
        telling: pairs whose interval is narrow enough to show the slowdown.
        found: of these, called slower with the slowdown.
        open: of the others, said to tell nothing with the slowdown.
        wrong: with the slowdown, called faster.
    """

    pairs: int
    alarms: int
    telling: int
    found: int
    open: int
    wrong: int

    @property
    def passed(self) -> bool:
        few = self.alarms <= FALSE_ALARMS * self.pairs
        return few and self.found >= FOUND * self.telling and not self.wrong


@attrs.frozen
class BenchSelftest:
    """What the self-test found.

    Attributes:
        simulated: pairs made of random numbers.
        real: pairs of a backend with itself, by quantity; empty if none were asked for.
        gaps: why real cells have no figures.
        skipping: what was said of a worker that skips its barrier; None if nothing.
        waiting: what was said of the same worker with a real barrier; None as it should be.
    """

    simulated: Judged
    real: Mapping[str, Judged]
    gaps: Sequence[str]
    skipping: str | None
    waiting: str | None

    @property
    def passed(self) -> bool:
        """What is simulated is quiet: if no pair of it tells anything, the intervals do not."""
        judged = [self.simulated, *self.real.values()]
        blind = self.simulated.pairs and not self.simulated.telling
        barriers = self.skipping is not None and self.waiting is None
        return all(each.passed for each in judged) and barriers and not (blind or self.gaps)

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def to_json(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "passed": self.passed, **attrs.asdict(self)}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for name, judged in {"simulated": self.simulated, **self.real}.items():
            yield Text(
                f"{name}: {judged.pairs} pairs of the same, {judged.alarms} called different; "
                f"{SLOWDOWN:.0%} slower: {judged.found} of {judged.telling} found, "
                f"{judged.open} left open, {judged.wrong} called faster",
                "" if judged.passed else "red",
            )
        for gap in self.gaps:
            yield Text(f"not measured: {gap}", "red")
        refused = self.skipping or "was not refused"
        yield Text(f"a worker that skips its barrier: {refused}", "" if self.skipping else "red")
        if self.waiting:
            yield Text(f"a worker with a real barrier was refused: {self.waiting}", "red")


def selftest(
    backend: str = "torch",
    *,
    simulated: int = 200,
    real: int = 20,
    threads: int = 1,
    seed: int = 0,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Say | None = None,
) -> BenchSelftest:
    """Judge the bench.

    Args:
        backend: what is measured beside itself in the real pairs, with its mode if wanted.
        simulated: how many simulated pairs.
        real: how many real pairs.
        threads: of the framework in the real pairs.
        seed: of the simulation and of the runs.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown backend, or more than one.
    """
    say = progress or (lambda text: None)
    group = Group([MODEL], [backend], preset="tiny", threads=[threads])
    cells = planned(Suite("selftest", "A cell beside itself.", [group]))
    if len(cells) != 1:
        raise UsageError(f"the bench is judged on one backend, got {backend}")
    settings = Settings(
        rounds_at_least=REAL_ROUNDS, rounds_at_most=REAL_ROUNDS, rounds_per_process=1, seed=seed
    )
    say("simulated pairs")
    rng = np.random.default_rng(seed)
    made = [_simulated(rng) for _ in range(simulated)]
    pairs, gaps = _real(cells[0], real, settings, timeout, python, say)
    say("barriers")
    return BenchSelftest(
        judged(made, seed),
        {name: judged(each, seed) for name, each in pairs.items() if each},
        gaps,
        _objection("skipping"),
        _objection("waiting"),
    )


def judged(pairs: Sequence[Pair], seed: int) -> Judged:
    """What is called of pairs that are the same, and of the same with one side made slower."""
    alarms = telling = found = left_open = wrong = 0
    for a, b in pairs:
        same = ratio_interval(a, b, seed=seed)
        slower = ratio_interval([[s * (1 + SLOWDOWN) for s in each] for each in a], b, seed=seed)
        alarms += verdict_of(same, TOLERANCE) != "cannot tell"
        verdict = verdict_of(slower, TOLERANCE)
        tells = same.high - same.low < SLOWDOWN - TOLERANCE
        telling += tells
        found += tells and verdict == "slower"
        left_open += not tells and verdict == "cannot tell"
        wrong += verdict == "faster"
    return Judged(len(pairs), alarms, telling, found, left_open, wrong)


def _simulated(rng: np.random.Generator) -> Pair:
    """Seconds in rounds of two cells that take the same time, on a machine as noisy as real ones.

    The machine's own pace differs by 5 % from round to round, a cell's by 1 %, samples by 3 %; one
    in twenty is late, by half of a call on average. Log-normal, as times are.
    """
    moments = np.exp(rng.normal(0, 0.05, SIMULATED_ROUNDS))

    def side() -> List[List[float]]:
        own = moments * np.exp(rng.normal(0, 0.01, SIMULATED_ROUNDS))
        shape = (SIMULATED_ROUNDS, SIMULATED_SAMPLES)
        late = np.where(rng.random(shape) < 0.05, rng.exponential(0.5, shape), 0.0)
        found: List[List[float]] = (
            1e-3 * own[:, None] * np.exp(rng.normal(0, 0.03, shape)) * (1 + late)
        ).tolist()
        return found

    return side(), side()


def _real(
    cell: Planned,
    count: int,
    settings: Settings,
    timeout: float,
    python: Mapping[str, str] | None,
    say: Say,
) -> tuple[dict[str, List[Pair]], list[str]]:
    """Rounds of pairs of cells that are the same but for their name, by quantity; and gaps."""
    found: dict[str, List[Pair]] = {quantity: [] for quantity in QUANTITIES}
    gaps: list[str] = []
    if not count:
        return found, gaps
    workers = Workers([cell], timeout=timeout, python=python, say=say)
    seed = settings.seed
    prover, rng = Prover(seed), np.random.default_rng(seed)
    for number in range(count):
        say(f"real pair {number + 1} of {count}")
        spending = Spending()
        sides = [Live(cell, workers.session, spending, seed) for _ in range(2)]
        measure(
            sides, settings, prover, spending, until=REAL_SECONDS, rng=rng, say=lambda text: None
        )
        gaps += [side.cell.gap for side in sides if side.cell.gap]
        for quantity, pairs in found.items():
            a, b = (list(rounds_of(side.cell, quantity).values()) for side in sides)
            if len(a) == len(b) == REAL_ROUNDS:
                pairs.append((a, b))
    return found, gaps


def _objection(mode: str) -> str | None:
    """What is said of `zoo.worker.skipping` in one of its modes."""
    packages = {"zoo": Path(zoo.__file__).parent}
    call: dict[str, Any] = {"what": "inference", "calls": barrier.CALLS[1]}
    with Worker(Path(sys.executable), packages, "zoo.worker.skipping", timeout=60.0) as worker:
        worker.prepare(mode=mode, dtype="float32", source="", entry="", state={})
        sent = {"input.0": np.zeros(1)}
        found = worker.request("barrier", sent, attempts=barrier.ATTEMPTS, **call).fields
    return barrier.objection(Barrier(0, 1, call["what"], call["calls"], **found))
