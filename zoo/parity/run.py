"""Runs models on backends and judges every tensor against the oracle."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Sequence, Union

import attrs

from zoo.errors import BackendUnavailable, UnsupportedError, UsageError, WorkerError
from zoo.parity.case import Case, Key, Seen, least_batch, make_case, seen_by, seen_by_oracle
from zoo.parity.compare import CRASHED, HUNG, NOT_RUN, UNSUPPORTED, Row, compare
from zoo.parity.emission import PLAIN, Emission, Plant, as_emission
from zoo.parity.noise import UNIT, noise
from zoo.parity.report import ParityReport
from zoo.plugins import Target, parse_targets
from zoo.spec.graph import Spec
from zoo.worker.pool import Pool

Progress = Callable[[str], None]


def parity(
    models: Union[Spec, Sequence[Spec]],
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    dtype: str = "float64",
    batch: int = 8,
    steps: int = 3,
    seed: int = 0,
    threads: int | None = None,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    plant: Mapping[str, Plant] | None = None,
) -> ParityReport:
    """Run models on backends and compare every tensor with the float64 oracle.

    Args:
        models: one specification or several.
        backends: names such as "torch" or "torch:compile", or "all".
        dtype: of the programs under test, "float64" or "float32"; the oracle is always float64.
        batch: examples in a batch.
        steps: optimizer steps whose parameters, statistics and losses are compared.
        seed: of the state, the inputs and the dropout masks.
        threads: for each framework; all cores by default.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.
        plant: by backend name, a fault made on purpose: text replacements in the emitted source,
            or what `zoo.parity.emission` makes.

    Raises:
        UsageError: an unknown backend or mode, or a number out of range.
    """
    specs = [models] if isinstance(models, Spec) else list(models)
    targets = as_targets(backends)
    _check(specs, targets, dtype, batch, steps)
    emissions = {name: as_emission(each) for name, each in (plant or {}).items()}
    say = progress or (lambda text: None)
    rows: list[Row] = []
    environments: dict[str, Any] = {}
    with Pool(threads=threads, timeout=timeout, python=python) as pool:
        for spec in specs:
            say(f"{spec.name}: oracle")
            case = make_case(spec, batch=batch, steps=steps, seed=seed)
            rows += judge(case, targets, pool, dtype, say, environments, emissions)
    return ParityReport(tuple(rows), environments, steps)


def judge(
    case: Case,
    targets: Sequence[Target],
    pool: Pool,
    dtype: str,
    say: Progress,
    environments: dict[str, Any],
    emissions: Mapping[str, Emission] | None = None,
) -> list[Row]:
    """Rows of one model on several backends; what workers read back goes to `environments`."""
    exact = seen_by_oracle(case)
    moved = noise(case, exact, dtype)
    rows: list[Row] = []
    for target in targets:
        say(f"{case.spec.name}: {target}, {dtype}")
        emission = (emissions or {}).get(target.backend.name, PLAIN)
        rows += judge_cell(case, exact, moved, target, pool, dtype, environments, emission)
    return rows


def judge_cell(
    case: Case,
    exact: Seen,
    moved: Mapping[Key, float],
    target: Target,
    pool: Pool,
    dtype: str,
    environments: dict[str, Any],
    emission: Emission = PLAIN,
) -> list[Row]:
    """Rows of one model on one backend, given what the oracle saw and how noise moved it."""
    cell = Row(case.spec.name, target.backend.name, target.mode, dtype)
    try:
        emission.check(target.backend, case.spec, case.batch)
        session = pool.session(target)
        seen = seen_by(case, session, dtype, emission)
    except (BackendUnavailable, UnsupportedError, WorkerError) as error:
        return [failed_cell(cell, error)]
    environments[str(target)] = session.facts
    cell = attrs.evolve(cell, note=" ".join(session.facts.get("notes", ())))
    log = "\n".join(session.log().splitlines()[-20:])
    judged = compare(cell, exact, moved, seen)
    return [attrs.evolve(row, log=log) if row.error is None else row for row in judged]


def as_targets(backends: Union[str, Iterable[Union[str, Target]]]) -> list[Target]:
    """Targets from "torch,mxnet", from a list of names, or as they are."""
    if isinstance(backends, str):
        return parse_targets(backends)
    found: list[Target] = []
    for entry in backends:
        found += [entry] if isinstance(entry, Target) else parse_targets(entry)
    return list(dict.fromkeys(found))


def failed_cell(cell: Row, error: Exception) -> Row:
    """The row of a cell that gave nothing to compare."""
    if isinstance(error, BackendUnavailable):
        return attrs.evolve(cell, verdict=NOT_RUN, reason=str(error))
    if isinstance(error, UnsupportedError):
        return attrs.evolve(cell, verdict=UNSUPPORTED, reason=str(error))
    if isinstance(error, WorkerError):
        verdict = HUNG if error.symptom == "hung" else CRASHED
        log = error.log or getattr(error.__cause__, "traceback", "")
        return attrs.evolve(cell, verdict=verdict, reason=str(error), log=log)
    raise error


def _check(specs: list[Spec], targets: list[Target], dtype: str, batch: int, steps: int) -> None:
    if not specs:
        raise UsageError("parity needs at least one model; `zoo list models` shows them")
    if not targets:
        raise UsageError("parity needs at least one backend; `zoo list backends` shows them")
    if dtype not in UNIT:
        raise UsageError(f"dtype must be {' or '.join(UNIT)}, got {dtype!r}")
    for name, value in (("batch", batch), ("steps", steps)):
        if type(value) is not int or not 1 <= value <= 10_000:
            raise UsageError(f"{name} must be a whole number from 1 to 10000, got {value!r}")
    for spec in specs:
        if batch < least_batch(spec):
            raise UsageError(
                f"{spec.name}: batch must be 2 or more, as a batch_norm trains on one value for "
                "each channel otherwise, got 1"
            )
