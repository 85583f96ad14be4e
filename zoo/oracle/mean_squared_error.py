"""Mean of (output - target)^2 over every element; the gradient is 2 (output - target) / n."""

from __future__ import annotations

from zoo.oracle.base import Array
from zoo.oracle.sums import mean
from zoo.training.mean_squared_error import MeanSquaredError


def loss(declared: MeanSquaredError, output: Array, target: Array) -> tuple[Array, Array]:
    """The value, and its gradient with respect to the output."""
    gap = output - target
    return mean(gap * gap, range(gap.ndim)), 2.0 * gap / gap.size
