"""Adamax: ways of one weight that PyTorch and Keras take."""

from __future__ import annotations

import pytest

from tests.oracle.checking import close, way
from zoo.training import Adamax

RATE = {"learning_rate": 0.1}
OUTSIDE = {"epsilon_placement": "outside", **RATE}

WAYS = {
    # PyTorch 2.13.0
    "inside": (Adamax(**RATE), [0.900000001, 0.826242033242769]),
    "inside, large epsilon": (
        Adamax(epsilon=0.5, **RATE), [0.9333333333333333, 0.884161354336793],
    ),
    # Keras 3.15.1
    "outside": (Adamax(epsilon=1e-7, **OUTSIDE), [0.900000009999999, 0.8262420488883676]),
    "outside, large epsilon": (
        Adamax(epsilon=0.5, **OUTSIDE), [0.9333333333333333, 0.8841777559308545],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


@pytest.mark.parametrize("placement", ["inside", "outside"])
def test_a_weight_without_a_gradient_stays(placement: str) -> None:
    """Epsilon keeps 0 / 0 away."""
    assert way(Adamax(epsilon_placement=placement), [0.0, 0.0]) == [1.0, 1.0]
