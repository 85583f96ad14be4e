"""The models of the zoo in half precision, judged by the bounds of their own dtype."""

from __future__ import annotations

import pytest

from tests.conformance.effort import compiles_slowly
from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES, NOT_RUN
from zoo.parity.run import judge
from zoo.target import Target
from zoo.worker.pool import Pool

DTYPES = ("bfloat16", "float16")


def is_asked(target: Target, dtype: str) -> bool:
    """Of two formats that a compiler is slow with, one."""
    is_one_of_two = dtype == "bfloat16" or not compiles_slowly(target)
    return is_one_of_two and target.mode == target.backend.default_mode


@pytest.mark.parametrize("model", ["mlp", "transformer"])
def test_agrees_or_says_that_it_does_not_compute_so(
    model: str, dtype: str, target: Target, pool: Pool
) -> None:
    """One or the other, as the backend declares."""
    case = make_case(registry.build(model, "tiny"), batch=8, dtype=dtype)
    rows = judge(case, [target], pool, dtype, lambda text: None, {})
    if dtype in target.backend.dtypes:
        bad = [row for row in rows if row.verdict != AGREES]
        assert rows
        assert not bad, "\n".join(f"{r.phase} {r.quantity} {r.tensor}: {r.reason}" for r in bad)
    else:
        (row,) = rows
        assert row.verdict == NOT_RUN
        assert f"not in {dtype}" in row.reason
