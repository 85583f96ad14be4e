"""`bench`: measures a suite, or models, and makes the record."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from typing import Any, Callable, Mapping, Optional, Sequence, Union

import attrs

from zoo import modelargs
from zoo.bench import ceilings, cluster, derive, environment
from zoo.bench import suite as suites
from zoo.bench.block import Measured, measure_block
from zoo.bench.cells import Planned, blocks, distinct, of_spec, planned
from zoo.bench.certificate import Prover
from zoo.bench.record import Cell, Machine, Record, Settings
from zoo.bench.suite import Group, Suite, checked, plain
from zoo.bench.workers import Workers
from zoo.errors import UsageError, nearest
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
    scheduler: Optional[str] = None,
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
        scheduler: address of a Dask scheduler, whose workers measure instead of this machine.
        command: what was typed, for the record.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown suite, model, backend, mode or profile, or a number out of range.
    """
    sweep = dict(sweep or {})
    for name, value in (("batch", batch), ("threads", threads)):
        if name in sweep and value is not None:
            raise UsageError(f"{name} is either {value} or swept over {sweep[name]}, not both")
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
        precision=suite.precision,
        budget_seconds=suite.budget_seconds,
        seed=seed,
        rounds_at_least=suite.rounds_at_least,
        rounds_at_most=max(suite.rounds_at_least, suite.rounds_at_most),
        rounds_per_process=suite.rounds_per_process,
        profile=",".join(dict.fromkeys(cell.profile.name for cell in cells)),
    )
    say = progress or (lambda text: None)
    if scheduler is None:
        workers = Workers(cells, timeout=timeout, python=python, say=say)  # may build for minutes
    started, start = datetime.now(timezone.utc), time.perf_counter()
    if scheduler is None:
        parts = _here(blocks(cells), settings, workers, say)
    else:
        parts = cluster.measured(
            scheduler, blocks(cells), settings, timeout=timeout, python=python, say=say
        )
    record = Record(
        software=environment.software(),
        created=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        wall_seconds=time.perf_counter() - start,
        spent=_sums([part.spent for part in parts]),
        command=list(command),
        suite=plain(suite),
        settings=settings,
        clock=environment.clock(),
        machines=_machines(parts),
        specs={each.spec.hash: json.loads(each.spec.to_json()) for each in cells},
        sources={name: text for part in parts for name, text in part.sources.items()},
        cells=_in_order(parts, cells),
    )
    record.figures = [attrs.asdict(each) for each in derive.figures(record)]
    return record


def _here(
    groups: Sequence[Sequence[Planned]],
    settings: Settings,
    workers: Workers,
    say: Callable[[str], None],
) -> list[Measured]:
    """One block after another on this machine; what one leaves of the budget is the others'."""
    prover, parts = Prover(settings.seed), []
    start = time.perf_counter()
    for number, group in enumerate(groups):
        left = max(0.0, settings.budget_seconds - (time.perf_counter() - start))
        parts.append(
            measure_block(
                group, settings, workers, prover,
                number=number, seconds=left / (len(groups) - number), say=say,
            )
        )  # fmt: skip
    return parts


def _machines(parts: Sequence[Measured]) -> dict[str, Machine]:
    """Each machine once, with the ceilings of all its blocks; cells are given its name."""
    found: dict[str, Machine] = {}
    names: dict[str, str] = {}
    for part in parts:
        name = names.setdefault(part.host, f"m{len(names)}")
        machine = found.setdefault(name, attrs.evolve(part.machine, ceilings=[]))
        for each in part.machine.ceilings:
            into = ceilings.entry(
                machine.ceilings, each.quantity, each.dtype, each.threads, each.device
            )
            into.samples.extend(each.samples)
        for cell in part.cells:
            cell.machine = name
    return found


def _in_order(parts: Sequence[Measured], cells: Sequence[Planned]) -> list[Cell]:
    found = {cell.name: cell for part in parts for cell in part.cells}
    return [found[each.name] for each in cells]


def _sums(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part.get(name, 0.0) for part in parts) for name in names}


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
        suite = checked(attrs.evolve(suite, groups=groups, **how))
        return suite, planned(suite)
    if not words:
        raise UsageError(f"bench needs a suite ({', '.join(suites.names())}) or models")
    names = [each.name if isinstance(each, Spec) else _model(str(each)) for each in words]
    group = Group(**{"models": names, "backends": ["all"], **given})
    suite = checked(Suite("models", "Models that were asked for.", [group], **how))
    (group,) = suite.groups
    cells = [
        cell
        for word in words
        for cell in (
            of_spec(word, group)
            if isinstance(word, Spec)
            else planned(attrs.evolve(suite, groups=[attrs.evolve(group, models=[str(word)])]))
        )
    ]
    return suite, distinct(cells)


def _model(word: str) -> str:
    if word not in registry.MODELS and not modelargs.is_path(word):
        known = (*suites.names(), *registry.MODELS)
        raise UsageError(f"no suite or model {word!r}; {nearest(word, known)}")
    return word


def _names_suite(subject: Subject) -> bool:
    return isinstance(subject, str) and suites.is_suite(subject)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {})}
