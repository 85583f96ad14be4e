"""Runs models that drop on backends and tests what their generators drew."""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Sequence, Union

import attrs

from zoo.backend import Backend
from zoo.dtypes import WIDE
from zoo.errors import BackendUnavailable, UnsupportedError, UsageError, WorkerError
from zoo.parity.cell import failed_row
from zoo.parity.compare import Row as CellRow
from zoo.parity.emission import PLAIN, Emission, Plant, as_emissions
from zoo.randomness.draws import draw
from zoo.randomness.hypotheses import findings
from zoo.randomness.report import RandomnessReport, Row
from zoo.randomness.subjects import Subject, subjects
from zoo.target import Target, as_targets
from zoo.worker.pool import Pool


def randomness(
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    drop_rate: float = 0.3,
    steps: int = 64,
    seed: int = 0,
    dtype: str = "float32",
    threads: int = 1,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
    plant: Mapping[str, Plant] | None = None,
) -> RandomnessReport:
    """Test what dropout draws with each framework's own generator, as its programs train.

    Args:
        backends: names such as "torch" or "torch:compile", or "all".
        drop_rate: of every layer; one half would not tell the rate from the share that is kept.
        steps: training steps of each model, each of which shows 8192 elements.
        seed: of the frameworks' generators; each model gets another one from it.
        dtype: of the programs, "float32" or "float64".
        threads: for each framework; models so small gain nothing from more.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.
        plant: by backend name, a fault made on purpose, as for `zoo.parity`.

    Raises:
        UsageError: an unknown backend or mode, a number out of range, or a fault that cannot be
            planted.
    """
    targets = as_targets(backends)
    _check(targets, drop_rate, steps, seed, dtype)
    emissions = as_emissions(plant, targets)
    say = progress or (lambda text: None)
    models = subjects(drop_rate)
    rows: List[Row] = []
    environments: dict[str, Any] = {}
    with Pool(threads=threads, timeout=timeout, python=python) as pool:
        for target in targets:
            emission = emissions.get(target.backend.name, PLAIN)
            _check_planted(emission, target.backend, models)
            for number, subject in enumerate(models):
                say(f"{target}: {subject.name}")
                own = len(models) * seed + number
                row = examined(pool, target, subject, emission, steps=steps, seed=own, dtype=dtype)
                rows.append(row)
                if row.findings:
                    environments[str(target)] = pool.session(target).facts
    return RandomnessReport(drop_rate, steps, seed, dtype, tuple(rows), environments)


def examined(
    pool: Pool,
    target: Target,
    subject: Subject,
    emission: Emission = PLAIN,
    *,
    steps: int,
    seed: int = 0,
    dtype: str = "float32",
) -> Row:
    """One model on one backend."""
    row = Row(target.backend.name, target.way, subject.name)
    try:
        session = pool.session(target)
        drawn = draw(session, subject, emission, steps=steps, seed=seed, dtype=dtype)
    except (BackendUnavailable, UnsupportedError, WorkerError) as error:
        told = failed_row(CellRow("", row.backend, row.mode, dtype), error)
        return attrs.evolve(row, failure=told.verdict, reason=told.reason)
    return attrs.evolve(row, dropped=drawn.dropped, findings=findings(drawn))


def _check_planted(emission: Emission, backend: Backend, models: Sequence[Subject]) -> None:
    for old in emission.texts:
        if not any(old in backend.emit(model.spec).source for model in models):
            raise UsageError(
                f"{backend.name}: no program has the text {old!r}, so no fault can be planted there"
            )


def _check(targets: Sequence[Target], drop_rate: float, steps: int, seed: int, dtype: str) -> None:
    if not targets:
        raise UsageError("randomness needs at least one backend; `zoo list backends` shows them")
    if not 0.01 <= drop_rate <= 0.99:
        raise UsageError(f"drop_rate must be a number from 0.01 to 0.99, got {drop_rate!r}")
    for name, value, low, high in (("steps", steps, 2, 2000), ("seed", seed, 0, 10**8)):
        if type(value) is not int or not low <= value <= high:
            raise UsageError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    if dtype not in WIDE:
        raise UsageError(f"dtype must be {' or '.join(WIDE)}, got {dtype!r}")
