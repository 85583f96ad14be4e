"""MXNet's own optimizers in float32, where the runtime leaves them as they are."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import zoo
from zoo.ops import dense, input, layer_norm, tanh
from zoo.spec import Tensor, model
from zoo.training import SGD, Adam, ClipValue, Cosine, SoftmaxCrossEntropy, StepDecay

ADAM: dict[str, Any] = {"epsilon_placement": "uncorrected", "learning_rate": 0.01}
OWN: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": SGD(weight_decay=0.1), "schedule": StepDecay(every=3, factor=0.5)},
    "momentum": {
        "optimizer": SGD(momentum=0.9, weight_decay=0.1, decay_excludes=("norm",)),
        "clipping": ClipValue(limit=0.01),
    },
    "nesterov": {"optimizer": SGD(momentum=0.9, nesterov=True), "clipping": ClipValue(limit=0.01)},
    "adam": {"optimizer": Adam(weight_decay=0.1, beta2=0.99, epsilon=1e-3, **ADAM)},
    "adam_clipped": {
        "optimizer": Adam(**ADAM), "clipping": ClipValue(limit=0.01), "schedule": Cosine(steps=9),
    },
}  # fmt: skip


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD())
def small() -> Tensor:
    """Without a kink, at which rounding would be told from a fault by luck alone."""
    return dense(layer_norm(tanh(dense(input("x", (6,)), 5))), 3)


@pytest.mark.framework
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OWN)
def test_they_agree_with_the_oracle_in_float32(name: str) -> None:
    """Over 20 steps; in float64 the runtime computes the same formulas in their place."""
    spec = small().replace(name=name, **OWN[name])
    assert "mx.optimizer.Optimizer" not in zoo.emit(spec, "mxnet")
    report = zoo.parity(
        spec, backends=["mxnet"], dtype="float32", steps=20, python={"mxnet": sys.executable}
    )
    assert report.passed, report.worst
