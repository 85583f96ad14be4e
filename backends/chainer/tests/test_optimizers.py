"""The optimizers of the specification against Chainer's own, in float64 over 20 steps.

`EQUAL` is the proof of Chainer's column in the table of `zoo.training`.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.training import second_opinion
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    ClipGlobalNorm,
    ClipValue,
    Optimizer,
    RMSprop,
)

pytestmark = [
    pytest.mark.framework,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Chainer on NumPy 1.23
]

RATE = {"learning_rate": 0.05}
UNCORRECTED = {"epsilon_placement": "uncorrected"}

EQUAL: dict[str, tuple[Optimizer, str, dict[str, Any]]] = {
    "sgd": (SGD(**RATE), "SGD", {"lr": 0.05}),
    "sgd momentum": (SGD(momentum=0.9, **RATE), "MomentumSGD", {"lr": 0.05, "momentum": 0.9}),
    "adagrad": (Adagrad(epsilon=0.1, **RATE), "AdaGrad", {"lr": 0.05, "eps": 0.1}),
    "adadelta": (Adadelta(), "AdaDelta", {"rho": 0.95, "eps": 1e-6}),
    "rmsprop outside": (
        RMSprop(epsilon=0.1, **RATE), "RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 0.1},
    ),
    "rmsprop inside": (
        RMSprop(epsilon=0.1, epsilon_placement="inside", **RATE), "RMSprop",
        {"lr": 0.05, "alpha": 0.9, "eps": 0.1, "eps_inside_sqrt": True},
    ),
    "adam": (
        Adam(epsilon=0.1, beta1=0.8, beta2=0.95, **UNCORRECTED, **RATE), "Adam",
        {"alpha": 0.05, "beta1": 0.8, "beta2": 0.95, "eps": 0.1},
    ),
    # eta stands before the step too, so that alpha is the ratio of the two.
    "adamw": (
        Adam(weight_decay=0.1, decay="decoupled", epsilon=0.1, **UNCORRECTED, **RATE), "AdamW",
        {"alpha": 1.0, "eta": 0.05, "weight_decay_rate": 0.1, "eps": 0.1},
    ),
}  # fmt: skip


def begin(name: str, given: dict[str, Any], *hooks: Any):
    """Steps of chainer.optimizers."""
    import chainer
    import numpy as np

    def make(arrays, declared):
        link = chainer.Link()
        weights = {n: chainer.Parameter(np.array(a)) for n, a in arrays.items()}
        with link.init_scope():
            for n, weight in weights.items():
                setattr(link, n.replace(".", "_"), weight)
        optimizer = getattr(chainer.optimizers, name)(**given).setup(link)
        for hook in hooks:
            optimizer.add_hook(hook)

        def step(gradients):
            for n, weight in weights.items():
                weight.grad = np.array(gradients[n])
            optimizer.update()
            return {n: weight.array.copy() for n, weight in weights.items()}

        return step

    return make


@pytest.mark.parametrize("row", EQUAL)
def test_formulas_are_chainers(row: str) -> None:
    """With the arguments given, 20 steps give the same parameters, statistics and losses."""
    ours, name, given = EQUAL[row]
    second_opinion.check(begin(name, given), optimizer=ours)


def test_hooks_clip_and_then_add_the_decay() -> None:
    """In the order in which they are added."""
    from chainer.optimizer_hooks import GradientClipping, GradientHardClipping, WeightDecay

    for clipping, hook in (
        (ClipGlobalNorm(max_norm=0.3), GradientClipping(0.3)),
        (ClipValue(limit=0.02), GradientHardClipping(-0.02, 0.02)),
    ):
        second_opinion.check(
            begin("SGD", {"lr": 0.05}, hook, WeightDecay(0.1)),
            optimizer=SGD(weight_decay=0.1, **RATE), clipping=clipping,
        )  # fmt: skip
