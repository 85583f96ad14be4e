"""Puts the parts of a comparison together, model by model."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence, Union

from zoo.comparison import timing
from zoo.comparison.report import CompareReport, Comparison
from zoo.comparison.task import make_task
from zoo.comparison.training import train as train_all
from zoo.errors import UsageError
from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.report import ParityReport
from zoo.parity.run import judge
from zoo.target import Target, as_targets
from zoo.worker.pool import Pool

STEPS = 3


def compare(
    models: Sequence[str] = registry.MODELS,
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    train: int = 1,
    seed: int = 0,
    threads: int | None = None,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> CompareReport:
    """Compare frameworks on the handwritten digits: agreement, accuracy and time.

    For each model: every tensor against the float64 oracle, in float64 and in float32; then
    training on the digits in float64 from one start, with the same batches and dropout masks;
    then the time of a training step and of inference. A backend that does not agree in float64
    is neither trained nor timed.

    Args:
        models: names of models.
        backends: names such as "torch" or "torch:compile", or "all".
        train: epochs of training; 0 leaves it out.
        seed: of the start, the batches and the masks.
        threads: for each framework; all cores by default.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.

    Raises:
        UsageError: an unknown model, backend or mode, or a number out of range.
    """
    if type(train) is not int or not 0 <= train <= 1000:
        raise UsageError(f"train must be a whole number of epochs from 0 to 1000, got {train!r}")
    targets = as_targets(backends)
    if not targets or not models:
        raise UsageError("compare needs at least one model and one backend")
    tasks = [make_task(model) for model in models]
    say = progress or (lambda text: None)
    environments: dict[str, Any] = {}
    results = []
    with Pool(threads=threads, timeout=timeout, python=python) as pool:
        for task in tasks:
            case = make_case(task.spec, steps=STEPS, seed=seed)
            rows = {
                dtype: judge(case, targets, pool, dtype, say, environments)
                for dtype in ("float64", "float32")
            }
            proven = [t for t in targets if _agrees(t, rows["float64"])]
            curves, failed = (
                train_all(task, proven, pool, epochs=train, seed=seed, say=say)
                if train and proven
                else ({}, {})
            )
            times = timing.time(task, [t for t in proven if str(t) not in failed], pool, say=say)
            reports = {d: ParityReport(tuple(r), environments, STEPS) for d, r in rows.items()}
            results.append(Comparison(task.spec, reports, curves, failed, times))
    return CompareReport(tuple(results), tuple(map(str, targets)), environments, train)


def _agrees(target: Target, rows: list[Any]) -> bool:
    own = [r for r in rows if (r.backend, r.mode) == (target.backend.name, target.way)]
    return bool(own) and all(row.verdict == AGREES for row in own)
