"""On a GPU, or a row that says why not."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES, NOT_RUN
from zoo.parity.run import judge
from zoo.target import Target
from zoo.worker import device
from zoo.worker.pool import Pool


def test_a_gpu_agrees_or_is_a_row_that_says_why(
    target: Target, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework is asked itself, as if there were a driver; green is what has run, no less."""
    monkeypatch.setattr(device, "DRIVER", (Path("/"),))
    on_gpu = attrs.evolve(target, device="gpu")
    rows = judge(
        make_case(registry.build("mlp", "tiny")), [on_gpu], pool, "float32", lambda text: None, {}
    )
    if len(rows) > 1:
        assert all(row.verdict == AGREES for row in rows)
        return
    (row,) = rows
    assert row.verdict == NOT_RUN
    assert row.mode.endswith("@gpu")
    said = "cpu alone" if "gpu" not in target.backend.devices else "--python"
    assert said in row.reason
