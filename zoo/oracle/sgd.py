"""velocity = momentum velocity + gradient; parameter = parameter - learning_rate velocity."""

from __future__ import annotations

from zoo.oracle.base import Array, Arrays
from zoo.training.sgd import SGD

KEPT = ("velocity",)
"""What is kept for each parameter, in its shape; all zeros at the start."""


def update(
    declared: SGD, parameter: Array, gradient: Array, kept: Arrays
) -> tuple[Array, dict[str, Array]]:
    """One parameter after one step, and what is kept for it."""
    velocity = declared.momentum * kept["velocity"] + gradient
    return parameter - declared.learning_rate * velocity, {"velocity": velocity}
