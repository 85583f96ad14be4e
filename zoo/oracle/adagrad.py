"""accumulator += gradient^2; parameter -= rate gradient / root of the accumulator."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import After, Array, Before
from zoo.oracle.rounding import rounded
from zoo.training.adagrad import Adagrad


def start(declared: Adagrad) -> dict[str, float]:
    return {"accumulator": declared.initial_accumulator}


def update(declared: Adagrad, before: Before) -> After:
    gradient = before.gradient
    accumulator = rounded(before.kept["accumulator"] + rounded(gradient * gradient))
    denominator = root(accumulator, declared.epsilon, declared.epsilon_placement)
    moved = rounded(before.rate * rounded(gradient / denominator))
    return After(rounded(before.parameter - moved), {"accumulator": accumulator})


def root(x: Array, epsilon: float, placement: str) -> Array:
    """Square root with an epsilon "inside" or "outside" of it."""
    if placement == "inside":
        return rounded(np.sqrt(rounded(x + epsilon)))
    return rounded(rounded(np.sqrt(x)) + epsilon)
