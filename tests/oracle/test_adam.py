"""Adam: ways of one weight that PyTorch, Keras, MXNet and Chainer take, and its two epsilons."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.checking import close, way
from zoo.training import Adam

HALF = {"learning_rate": 0.1, "epsilon": 0.5}
UNCORRECTED = {"epsilon_placement": "uncorrected"}

WAYS = {
    # PyTorch 2.13.0
    "outside": (Adam(**HALF), [0.9333333333333333, 0.8762337424537976]),
    # Keras 3.15.1, Chainer 7.8.1; MXNet 1.9.1 in float32
    "uncorrected": (Adam(**UNCORRECTED, **HALF), [0.9940516512848024, 0.987897755057633]),
    # PyTorch
    "coupled decay": (
        Adam(learning_rate=0.1, weight_decay=0.1), [0.9000000009090909, 0.8057717968921709],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


def test_the_first_step_is_the_rate_whatever_the_gradient() -> None:
    """Kingma and Ba (2015), section 2.1."""
    for gradient in (-1e-3, 1e3):
        found = way(Adam(epsilon=1e-30), [gradient], start=0.0)
        close(found, [-math.copysign(0.001, gradient)])


@given(st.floats(1e-8, 10), st.floats(-10, 10).filter(lambda g: abs(g) > 1e-6))
def test_at_the_first_step_one_epsilon_is_a_multiple_of_the_other(
    epsilon: float, gradient: float
) -> None:
    """By 1 / sqrt(1 - beta2), 31.6 with the default."""
    one = Adam(epsilon=epsilon, **UNCORRECTED)
    other = Adam(epsilon=epsilon / math.sqrt(1 - 0.999))
    close(way(one, [gradient]), way(other, [gradient]))
