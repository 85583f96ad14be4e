"""Emitted programs mean what the specification means, in a worker and in this process."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from models import MODELS

import zoo

HERE = {"tiny": sys.executable}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["small", "gates"])
def test_agrees_with_the_oracle(name: str, dtype: str) -> None:
    """Outputs, gradients and parameters after three steps are the oracle's."""
    report = zoo.parity(MODELS[name], "tiny", dtype=dtype, python=HERE)
    assert report.passed, report.worst


def test_a_fault_planted_on_purpose_is_found() -> None:
    """The test above can fail."""
    plant = {"tiny": {"gradient * (1 - self.y**2)": "gradient * (1 - self.y)"}}
    report = zoo.parity(MODELS["small"], "tiny", python=HERE, plant=plant)
    assert not report.passed
    bad = {row.tensor for row in report.rows if row.quantity == "parameter-gradient" and row.reason}
    assert "hidden.0.dense1.weight" in bad
    assert "output.weight" not in bad


def test_a_model_can_be_built_in_this_process() -> None:
    """Its parameters begin as given, and its own `forward` is the user's to call."""
    weight = np.arange(40.0).reshape(5, 8)
    model = zoo.build(MODELS["small"], "tiny", {"output.weight": weight}, dtype="float64")
    assert np.array_equal(model.parameters()["output.weight"].value, weight)
    assert model.forward(np.ones((2, 3, 4, 4))).shape == (2, 5)
