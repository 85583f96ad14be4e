"""Every training, step by step: parameters, what the optimizer keeps, and losses."""

from __future__ import annotations

import pytest

from tests.conformance.trainings import TRAININGS
from zoo import training
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.run import judge
from zoo.target import Target
from zoo.worker.pool import Pool

STEPS = 5


def test_the_trainings_have_every_kind() -> None:
    """An optimizer, schedule, clipping or loss that no training has would never be asked for."""
    used = {
        part.kind
        for spec in TRAININGS.values()
        for part in (spec.optimizer, spec.schedule, spec.clipping)
        if part
    }
    assert used == {*training.OPTIMIZERS, *training.SCHEDULES, *training.CLIPPINGS}


def is_asked(target: Target, dtype: str) -> bool:
    """Float32 of MXNet alone, whose own optimizers the runtime replaces in float64."""
    is_default = target.mode == target.backend.default_mode
    return is_default and (dtype == "float64" or target.backend.name == "mxnet")


@pytest.mark.parametrize("name", TRAININGS)
def test_agrees_with_the_oracle_at_each_step(
    name: str, dtype: str, target: Target, pool: Pool
) -> None:
    """After each of five steps."""
    case = make_case(TRAININGS[name], batch=4, steps=STEPS)
    rows = judge(case, [target], pool, dtype, lambda text: None, {})
    bad = [row for row in rows if row.verdict != AGREES]
    assert {row.told for row in rows if row.phase == "steps"} == {STEPS}
    assert not bad, "\n".join(f"{r.phase} {r.quantity} {r.tensor}: {r.reason}" for r in bad)
