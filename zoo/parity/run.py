"""Runs models on backends and judges every tensor against the oracle."""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path
from typing import Any, Callable, Deque, Iterator, Mapping, Sequence, Union

from zoo.dtypes import check_dtype
from zoo.errors import UsageError
from zoo.oracle import Format
from zoo.parity.case import Case, least_batch, make_case, seen_by_oracle
from zoo.parity.cell import Cell, answered, compared
from zoo.parity.compare import Row
from zoo.parity.emission import PLAIN, Emission, Plant, as_emissions
from zoo.parity.followup import follow
from zoo.parity.location import Location
from zoo.parity.reference import Reference, references
from zoo.parity.report import ParityReport
from zoo.spec.graph import Spec
from zoo.target import Target, as_targets
from zoo.worker.pool import Pool

Progress = Callable[[str], None]

WAITING = 4
"""Cells that may wait for their bounds; each keeps all that its backend gave in memory."""


def parity(
    models: Union[Spec, Sequence[Spec]],
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    *,
    dtype: str = "float64",
    batch: int = 8,
    steps: int = 20,
    seed: int = 0,
    threads: int | None = None,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    plant: Mapping[str, Plant] | None = None,
    locate: bool = True,
    evidence: str | Path | None = None,
) -> ParityReport:
    """Run models on backends and compare every tensor with the float64 oracle.

    Args:
        models: one specification or several, each of its own name.
        backends: names such as "torch" or "torch:compile", or "all".
        dtype: of the programs under test, one of `zoo.dtypes.DTYPES`; the oracle is always float64.
        batch: examples in a batch.
        steps: optimizer steps; after each, parameters, what the optimizer keeps of them, running
            statistics and the loss are compared.
        seed: of the state, the inputs and the dropout masks.
        threads: for each framework; all cores by default.
        timeout: seconds that a worker may take for one request.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.
        plant: by backend name, a fault made on purpose: text replacements in the emitted source,
            or what `zoo.parity.emission` makes.
        locate: find the layer at fault and the likely cause where a cell fails.
        evidence: a folder; each failed cell gets one in it that reruns it without this package.

    Raises:
        UsageError: an unknown backend or mode, a number out of range, two specifications of one
            name, or a fault that cannot be planted.
    """
    specs = [models] if isinstance(models, Spec) else list(dict.fromkeys(models))
    targets = as_targets(backends)
    check_given(specs, targets, dtype, batch, steps)
    emissions = as_emissions(plant, targets)
    say = progress or (lambda text: None)
    folder = None if evidence is None else Path(evidence)
    rows: list[Row] = []
    found: list[Location] = []
    environments: dict[str, Any] = {}
    with Pool(threads=threads, timeout=timeout, python=python) as pool:
        say(f"{specs[0].name}: computing the bound")
        cases = (make_case(s, batch=batch, steps=steps, seed=seed, dtype=dtype) for s in specs)
        for reference in references(cases, dtype):
            found_cells = cells(reference, targets, pool, say, environments, emissions, beside=True)
            for cell in found_cells:
                rows += cell.rows
                if cell.is_wrong and (locate or folder):
                    location = follow(cell, pool, folder, say)
                    found += [location] if locate else []
    return ParityReport(tuple(rows), environments, steps, tuple(found))


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
    return [
        row
        for reference in references([case], dtype)
        for cell in cells(reference, targets, pool, say, environments, emissions or {})
        for row in cell.rows
    ]


def cells(
    reference: Reference,
    targets: Sequence[Target],
    pool: Pool,
    say: Progress,
    environments: dict[str, Any],
    emissions: Mapping[str, Emission],
    *,
    beside: bool = False,
) -> Iterator[Cell]:
    """One model on several backends, one after the other; with `beside`, NumPy's errors, too.

    While the bounds of the first are still being computed, the next ones run.
    """
    case, dtype = reference.case, reference.dtype
    in_numpy = seen_by_oracle(case, Format(dtype)) if beside and dtype != "float64" else None
    waiting: Deque[Cell] = deque()
    for target in targets:
        say(f"{case.spec.name}: {target}, {dtype}")
        emission = emissions.get(target.backend.name, PLAIN)
        cell = Cell(reference, target, emission, in_numpy)
        waiting.append(answered(cell, pool, environments))
        while waiting and (reference.is_ready or len(waiting) > WAITING):
            yield compared(waiting.popleft())
    yield from map(compared, waiting)


def check_given(
    specs: Sequence[Spec], targets: Sequence[Target], dtype: str, batch: int, steps: int
) -> None:
    """Raise UsageError for what cannot be compared."""
    if not specs:
        raise UsageError("parity needs at least one model; `zoo list models` shows them")
    if not targets:
        raise UsageError("parity needs at least one backend; `zoo list backends` shows them")
    check_dtype(dtype)
    for name, value in (("batch", batch), ("steps", steps)):
        if type(value) is not int or not 1 <= value <= 10_000:
            raise UsageError(f"{name} must be a whole number from 1 to 10000, got {value!r}")
    _check_names(specs)
    for spec in specs:
        if batch < least_batch(spec):
            raise UsageError(
                f"{spec.name}: batch must be 2 or more, as a batch_norm trains on one value for "
                "each channel otherwise, got 1"
            )


def _check_names(specs: Sequence[Spec]) -> None:
    """A cell is known by its model's name, in the report and as a folder of evidence."""
    for name, count in Counter(spec.name for spec in specs).items():
        if count > 1:
            raise UsageError(
                f"{count} different specifications are called {name}; give each a name of its own "
                '(the "name" in its JSON), or compare them one at a time'
            )
