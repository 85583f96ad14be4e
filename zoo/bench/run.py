"""`bench`: measures a suite, or models, and makes the record."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any, Callable, Mapping, Optional, Sequence, Union

import attrs
import numpy as np

from zoo import modelargs
from zoo.bench import ceilings, derive, environment, gpu_ceilings
from zoo.bench import suite as suites
from zoo.bench.cells import Planned, blocks, of_spec, planned
from zoo.bench.certificate import Prover
from zoo.bench.live import Live
from zoo.bench.measure import measure
from zoo.bench.record import Machine, Record, Settings
from zoo.bench.spending import Spending
from zoo.bench.suite import Group, Suite, checked, plain
from zoo.bench.workers import Workers
from zoo.errors import BackendUnavailable, UnsupportedError, UsageError, WorkerError, nearest
from zoo.models import registry
from zoo.spec.graph import Spec

Subject = Union[Suite, Spec, str]


def bench(
    subjects: Union[Subject, Sequence[Subject]],
    backends: Union[str, Sequence[str], None] = None,
    *,
    preset: Optional[str] = None,
    changes: Optional[Mapping[str, Any]] = None,
    sweep: Optional[Mapping[str, Sequence[Any]]] = None,
    dtype: Optional[str] = None,
    batch: Optional[int] = None,
    threads: Optional[int] = None,
    profiles: Optional[Sequence[str]] = None,
    budget: Optional[float] = None,
    precision: Optional[float] = None,
    rounds: Optional[int] = None,
    seed: int = 0,
    timeout: float = 600.0,
    python: Optional[Mapping[str, str]] = None,
    command: Sequence[str] = (),
    progress: Optional[Callable[[str], None]] = None,
) -> Record:
    """Measure forward, forward and backward, and training steps, each with proof.

    What is left out is as the suite says; for models, as said below.

    Args:
        subjects: a suite (an object, a name or a path), or models: names, paths, specifications.
        backends: words such as "torch" or "torch:compile,jax@gpu"; "all".
        preset: of the models' arguments.
        changes: arguments of the models.
        sweep: lists of values by name: `batch`, `threads`, or arguments of the models.
        dtype: "float32".
        batch: examples in a batch; 32.
        threads: of each framework; all cores.
        profiles: execution profiles; "default".
        budget: seconds that the run may take; 120. It takes longer if starting the workers, the
            fewest rounds and the proofs do.
        precision: a cell is done when the interval of each of its medians reaches no further than
            this share of the median; 0.02.
        rounds: at least; 6.
        seed: of parameters, inputs and the order.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        command: what was typed, for the record.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown suite, model, backend, mode or profile, or a number out of range.
    """
    sweep = dict(sweep or {})
    batches = sweep.pop("batch", batch and [batch])
    counts = sweep.pop("threads", threads and [threads])
    given = {
        "preset": preset,
        "set": changes and dict(changes),
        "sweep": sweep and {name: list(values) for name, values in sweep.items()},
        "backends": [backends] if isinstance(backends, str) else backends and list(backends),
        "dtypes": dtype and [dtype],
        "batches": batches,
        "threads": counts,
        "profiles": profiles and list(profiles),
    }
    how = {"budget_seconds": budget, "precision": precision, "rounds_at_least": rounds}
    suite, cells = _chosen(subjects, _without_none(given), _without_none(how))
    settings = Settings(
        **{
            field.name: getattr(suite, field.name)
            for field in attrs.fields(Settings)
            if hasattr(suite, field.name)
        },
        seed=seed,
    )
    run = _Run(suite, cells, settings, timeout, python, progress or (lambda text: None))
    return run.record(list(command))


def _chosen(
    subjects: Union[Subject, Sequence[Subject]], given: dict[str, Any], how: dict[str, Any]
) -> tuple[Suite, list[Planned]]:
    """The suite, with what was asked for in place of what it says, and its cells."""
    words = [subjects] if isinstance(subjects, (str, Spec, Suite)) else list(subjects)
    found = [each for each in words if isinstance(each, Suite) or _names_suite(each)]
    if found and words[1:]:
        raise UsageError("a suite is measured by itself, not with other suites or models")
    if found:
        (word,) = found
        suite = word if isinstance(word, Suite) else suites.load(str(word))
        groups = [attrs.evolve(group, **given) for group in suite.groups]
        suite = attrs.evolve(suite, groups=groups, **how)
        return checked(suite), planned(suite)
    if not words:
        raise UsageError(f"bench needs a suite ({', '.join(suites.names())}) or models")
    names = [each.name if isinstance(each, Spec) else _model(str(each)) for each in words]
    group = Group(**{"models": names, "backends": ["all"], **given})
    suite = checked(Suite("models", "Models that were asked for.", [group], **how))
    cells = [
        cell
        for word in words
        for cell in (
            of_spec(word, group)
            if isinstance(word, Spec)
            else planned(attrs.evolve(suite, groups=[attrs.evolve(group, models=[str(word)])]))
        )
    ]
    return suite, _distinct(cells)


def _distinct(cells: list[Planned]) -> list[Planned]:
    """Each cell once.

    Raises:
        UsageError: two specifications would have cells of one name.
    """
    found: dict[str, Planned] = {}
    for cell in cells:
        if found.setdefault(cell.name, cell).spec != cell.spec:
            raise UsageError(f"two specifications are called {cell.model}; replace a name")
    return list(found.values())


def _model(word: str) -> str:
    if word not in registry.MODELS and not modelargs.is_path(word):
        known = (*suites.names(), *registry.MODELS)
        raise UsageError(f"no suite or model {word!r}; {nearest(word, known)}")
    return word


def _names_suite(subject: Subject) -> bool:
    return isinstance(subject, str) and suites.is_suite(subject)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {})}


class _Run:
    def __init__(
        self,
        suite: Suite,
        cells: list[Planned],
        settings: Settings,
        timeout: float,
        python: Mapping[str, str] | None,
        say: Callable[[str], None],
    ) -> None:
        self.suite, self.cells, self.settings, self.say = suite, cells, settings, say
        self._workers = Workers(cells, timeout=timeout, python=python, say=say)
        self.spending = Spending()

    def record(self, command: list[str]) -> Record:
        created = datetime.now(timezone.utc)
        lives, machine = self._measure()
        wall, spent = self.spending.total()
        record = Record(
            software=environment.software(),
            created=created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            wall_seconds=wall,
            spent=spent,
            command=command,
            suite=plain(self.suite),
            settings=self.settings,
            clock=environment.clock(),
            machines={"m0": machine},
            specs={each.spec.hash: json.loads(each.spec.to_json()) for each in self.cells},
            sources={live.cell.source: live.source for live in lives if live.cell.source},
            cells=[live.cell for live in lives],
        )
        record.figures = [attrs.asdict(each) for each in derive.figures(record)]
        return record

    def _measure(self) -> tuple[list[Live], Machine]:
        machine, prover = environment.machine(), Prover(self.settings.seed)
        rng = np.random.default_rng(self.settings.seed)
        lives = {
            each.name: Live(each, self._workers.session, self.spending, self.settings.seed)
            for each in self.cells
        }
        groups = blocks(self.cells)
        for done, block in enumerate(groups):
            self._ceilings(machine, block)
            left = self.settings.budget_seconds - self.spending.wall
            until = self.spending.wall + max(0.0, left) / (len(groups) - done)
            measure(
                [lives[each.name] for each in block], self.settings, prover, self.spending,
                until=until, rng=rng, say=self.say,
            )  # fmt: skip
        kinds = {(b[0].dtype, b[0].threads, b[0].target.device): b for b in groups}
        for block in kinds.values():
            self._ceilings(machine, block)
        return list(lives.values()), machine

    def _ceilings(self, machine: Machine, block: Sequence[Planned]) -> None:
        """What the machine can do at this moment, before a block and at the end."""
        first = block[0]
        if first.dtype not in ceilings.DTYPES:
            return
        self.say("the machine's ceilings")
        with self.spending("ceilings"):
            if first.target.device == "cpu":
                ceilings.measure(machine.ceilings, first.dtype, first.threads)
            else:
                self._gpu_ceilings(machine, block)

    def _gpu_ceilings(self, machine: Machine, block: Sequence[Planned]) -> None:
        """By the first framework of the block that can; without one, they stay unknown."""
        for cell in block:
            with suppress(BackendUnavailable, UnsupportedError, WorkerError):
                with self._workers.session(cell) as session:
                    gpu_ceilings.measure(machine.ceilings, session, cell.dtype, cell.threads)
                return
