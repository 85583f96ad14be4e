"""A backend computes by the formulas that it declares, as their rounding differs."""

from __future__ import annotations

from typing import Callable

import attrs

from zoo.ops import batch_norm, input
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES, compare
from zoo.parity.reference import Reference
from zoo.spec.trace import Tensor, trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.pool import Pool


def test_a_variance_is_taken_in_one_pass_where_it_is_declared(target: Target, pool: Pool) -> None:
    """Around a million the mean of squares loses twelve of sixteen digits, deviations only six."""
    _is_as_declared("one_pass_variance", lambda: batch_norm(input("x", (3,))), 1e6, target, pool)


def test_a_batch_norm_is_folded_where_it_is_declared(target: Target, pool: Pool) -> None:
    """If all is normalized again, its scale matters little; the rounding of two sums remains."""
    twice = lambda: batch_norm(batch_norm(input("x", (3,))))  # noqa: E731
    _is_as_declared("folded_batch_norm", twice, 1e3, target, pool)


def _is_as_declared(
    formula: str, model: Callable[[], Tensor], far: float, target: Target, pool: Pool
) -> None:
    """Numbers so far from zero go beyond the noise without the formula where it is declared.

    They never go beyond that of all declared ones.
    """
    spec = trace(
        model, name="far_from_zero", summary="A norm of large numbers",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=1e-3),
    )  # fmt: skip
    case = make_case(spec, batch=8, steps=2)
    moved = tuple(({"x": each["x"] + far}, labels, masks) for each, labels, masks in case.batches)
    reference = Reference(attrs.evolve(case, batches=moved), "float64")
    cell = judged(Cell(reference, target), pool, {})
    assert [row for row in cell.rows if row.verdict != AGREES] == []
    declared = target.backend.formulas
    others = attrs.evolve(target.backend, formulas=[name for name in declared if name != formula])
    without = compare(cell.row, cell.exact, reference.moved(others), cell.seen)
    assert any(row.verdict != AGREES for row in without) == (formula in declared)
