"""parameter -= rate first_moment / norm; norm is the largest gradient, older ones counting less."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import After, Before
from zoo.oracle.moments import moving_average, one_minus
from zoo.oracle.rounding import rounded
from zoo.training.adamax import Adamax


def start(declared: Adamax) -> dict[str, float]:
    return {"first_moment": 0.0, "norm": 0.0}


def update(declared: Adamax, before: Before) -> After:
    inside = declared.epsilon if declared.epsilon_placement == "inside" else 0.0
    outside = declared.epsilon - inside
    first = moving_average(declared.beta1, before.kept["first_moment"], before.gradient)
    older = rounded(declared.beta2 * before.kept["norm"])
    norm = np.maximum(older, rounded(np.abs(before.gradient) + inside))
    rate = rounded(before.rate / one_minus(rounded(declared.beta1**before.step)))
    direction = rounded(first / rounded(norm + outside))
    parameter = rounded(before.parameter - rounded(rate * direction))
    return After(parameter, {"first_moment": first, "norm": norm})
