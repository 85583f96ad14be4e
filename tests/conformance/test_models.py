"""The models of the zoo, whole."""

from __future__ import annotations

import pytest

from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.run import judge
from zoo.target import Target
from zoo.worker.pool import Pool


def is_asked(target: Target, dtype: str) -> bool:
    """Other modes than the default are asked in float64 alone, which sees more.

    JAX operation by operation compiles each of them and takes minutes; its own tests ask one model.
    """
    if str(target) == "jax:eager":
        return False
    return dtype == "float64" or target.mode == target.backend.default_mode


@pytest.mark.parametrize("model", registry.MODELS)
def test_agrees_with_the_oracle(model: str, dtype: str, target: Target, pool: Pool) -> None:
    """In float64 nothing is off by more than 1e-10 of its scale either."""
    case = make_case(registry.build(model, "tiny"), batch=6)
    rows = judge(case, [target], pool, dtype, lambda text: None, {})
    bad = [row for row in rows if row.verdict != AGREES]
    assert rows
    assert not bad, "\n".join(f"{r.phase} {r.quantity} {r.tensor}: {r.reason}" for r in bad)
    if dtype == "float64":
        assert max(row.error for row in rows if row.error is not None) < 1e-10
