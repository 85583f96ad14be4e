"""What the formulas of several optimizers share: averages over the steps, and divisors."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array
from zoo.oracle.rounding import rounded


def moving_average(share: float, old: Array, new: Array) -> Array:
    """share * old + (1 - share) * new."""
    return rounded(rounded(share * old) + rounded(one_minus(share) * new))


def root(x: Array, epsilon: float, placement: str) -> Array:
    """Square root with an epsilon "inside" or "outside" of it."""
    if placement == "inside":
        return rounded(np.sqrt(rounded(x + epsilon)))
    return rounded(rounded(np.sqrt(x)) + epsilon)


def one_minus(x: float | Array) -> Array:
    return rounded(1.0 - x)
