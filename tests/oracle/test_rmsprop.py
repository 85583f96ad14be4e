"""RMSprop: ways of one weight that PyTorch, Keras, MXNet and Chainer take, and its definition."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import close, way
from zoo.training import RMSprop

HALF = {"learning_rate": 0.1, "epsilon": 0.5}
INSIDE = {"epsilon_placement": "inside"}

WAYS = {
    # PyTorch 2.13.0 with alpha 0.9, Chainer 7.8.1 with alpha 0.9
    "outside": (RMSprop(**HALF), [0.8774851773445587, 0.8178986955505821]),
    # Keras 3.15.1, MXNet 1.9.1, Chainer with eps_inside_sqrt
    "inside": (RMSprop(**INSIDE, **HALF), [0.8709005551264194, 0.8071428838200856]),
    # PyTorch
    "centered": (RMSprop(centered=True, **HALF), [0.875, 0.8131852859733538]),
    # Keras; MXNet's second step goes to 0.68784, with the momentum of Graves (2013)
    "centered inside": (
        RMSprop(centered=True, **INSIDE, **HALF), [0.8698110890191761, 0.8050124940448381],
    ),
    # PyTorch
    "momentum": (RMSprop(momentum=0.9, **HALF), [0.8774851773445587, 0.7076353551606849]),
    # Keras
    "momentum inside": (
        RMSprop(momentum=0.9, **INSIDE, **HALF), [0.8709005551264194, 0.690953383433863],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1, rho 0.9 and epsilon 0.5."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


def test_a_constant_gradient_loses_its_spread() -> None:
    """Centered, step k divides a constant by its size times the root of rho^k (1 - rho^k)."""
    powers = 0.5 ** np.arange(1, 11)
    wanted = -0.1 * np.cumsum(3.0 / (3.0 * np.sqrt(powers * (1 - powers)) + 0.01))
    declared = RMSprop(learning_rate=0.1, rho=0.5, centered=True, epsilon=0.01)
    close(way(declared, [3.0] * 10, start=0.0), wanted)


def test_no_spread_by_rounding_is_no_root_of_a_negative_number() -> None:
    """The average of 1.21 is 2e-16 below the square of that of 1.1 after 32 steps."""
    declared = RMSprop(learning_rate=1e-3, rho=0.3, centered=True, epsilon=1e-3)
    assert np.all(np.isfinite(way(declared, [1.1] * 60)))
