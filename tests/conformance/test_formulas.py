"""A backend computes by the formulas that it declares, as their rounding differs."""

from __future__ import annotations

import attrs

from zoo.ops import batch_norm, input
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES, compare
from zoo.parity.reference import Reference
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.pool import Pool


def test_a_variance_is_taken_in_one_pass_where_it_is_declared(target: Target, pool: Pool) -> None:
    """Around a million the mean of squares loses twelve of sixteen digits, deviations only six."""
    spec = trace(
        lambda: batch_norm(input("x", (3,))),
        name="far_from_zero", summary="Batch norm of large numbers",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=1e-3),
    )  # fmt: skip
    case = make_case(spec, batch=8, steps=2)
    far = tuple(({"x": each["x"] + 1e6}, labels, masks) for each, labels, masks in case.batches)
    reference = Reference(attrs.evolve(case, batches=far), "float64")
    cell = judged(Cell(reference, target), pool, {})
    assert [row for row in cell.rows if row.verdict != AGREES] == []
    in_two_passes = compare(cell.row, cell.exact, reference.moved(), cell.seen)
    is_wrong = any(row.verdict != AGREES for row in in_two_passes)
    assert is_wrong == target.backend.one_pass_variance
