"""velocity = momentum * velocity + gradient; parameter = parameter - learning_rate * velocity."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from zoo.oracle.base import Array


def start(parameter: Array) -> dict[str, Array]:
    """Optimizer state of one parameter before the first step."""
    return {"velocity": np.zeros_like(parameter)}


def update(
    optimizer: Any, parameter: Array, gradient: Array, state: Mapping[str, Array]
) -> tuple[Array, dict[str, Array]]:
    """The parameter and its optimizer state after one step."""
    velocity = optimizer.momentum * state["velocity"] + gradient
    return parameter - optimizer.learning_rate * velocity, {"velocity": velocity}
