"""Adagrad: ways of one weight that PyTorch, Keras, MXNet and Chainer take, and its definition."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import close, way
from zoo.training import Adagrad

HALF = {"learning_rate": 0.1, "epsilon": 0.5}
INSIDE = {"epsilon_placement": "inside"}

WAYS = {
    # PyTorch 2.13.0, Chainer 7.8.1
    "outside": (Adagrad(**HALF), [0.9333333333333333, 0.9024316338958386]),
    # Keras 3.15.1 with an accumulator that starts at 0, MXNet 1.9.1
    "inside": (Adagrad(**INSIDE, **HALF), [0.9183503419072274, 0.8805538946063047]),
    # Keras as it comes
    "start": (
        Adagrad(initial_accumulator=0.1, **INSIDE, **HALF),
        [0.9209430584957905, 0.8841823273911001],
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1 and epsilon 0.5."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


def test_a_constant_gradient_moves_by_the_sum_of_inverse_roots() -> None:
    """Of whatever size: the accumulator after k steps is k times its square."""
    wanted = -0.1 * np.cumsum(1 / np.sqrt(np.arange(1, 9)))
    for gradient in (1e-3, 7.0):
        found = way(Adagrad(learning_rate=0.1, epsilon=1e-30), [gradient] * 8, start=0.0)
        close(found, wanted)
