"""Every op with every attribute, in every mode, against the oracle."""

from __future__ import annotations

import pytest

from tests.conformance.cases import CASES
from zoo.ops import OPS
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.run import judge
from zoo.target import Target
from zoo.worker.pool import Pool


def is_asked(target: Target, dtype: str) -> bool:
    """The default mode in both dtypes; MXNet's other mode, which compiles nothing, in float32.

    Modes that compile every program are asked of whole models only, as minutes would buy little;
    so is float32 of a backend on another's engine, which is asked as a backend of its own.
    """
    if target.mode != target.backend.default_mode:
        return dtype == "float32" and str(target) == "mxnet:eager"
    return dtype == "float64" or not target.backend.environment


def test_the_cases_use_every_op() -> None:
    """An op that no case uses would never be asked for."""
    used = {node.op.kind for spec in CASES.values() for node in spec.nodes}
    assert used | {"input"} == set(OPS)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_the_oracle(name: str, dtype: str, target: Target, pool: Pool) -> None:
    """Outputs, gradients, statistics and parameters after three steps are the oracle's."""
    case = make_case(CASES[name], batch=4)
    rows = judge(case, [target], pool, dtype, lambda text: None, {})
    bad = [row for row in rows if row.verdict != AGREES]
    assert rows
    assert not bad, "\n".join(
        f"{r.phase} {r.quantity} {r.tensor}: {r.reason}\n{r.log}" for r in bad
    )
