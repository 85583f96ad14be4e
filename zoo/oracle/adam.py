"""parameter -= rate mean / root; mean and root from the averages of gradient and gradient^2."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import After, Before
from zoo.oracle.moments import moving_average, one_minus, root
from zoo.oracle.rounding import rounded
from zoo.training.adam import Adam


def start(declared: Adam) -> dict[str, float]:
    return {"first_moment": 0.0, "second_moment": 0.0}


def update(declared: Adam, before: Before) -> After:
    gradient, kept = before.gradient, before.kept
    first = moving_average(declared.beta1, kept["first_moment"], gradient)
    second = moving_average(declared.beta2, kept["second_moment"], rounded(gradient * gradient))
    bias1 = one_minus(rounded(declared.beta1**before.step))
    bias2 = one_minus(rounded(declared.beta2**before.step))
    if declared.epsilon_placement == "uncorrected":
        rate = rounded(before.rate * rounded(np.sqrt(bias2)) / bias1)
        direction = rounded(first / root(second, declared.epsilon, "outside"))
    else:
        rate = rounded(before.rate / bias1)
        direction = rounded(first / root(rounded(second / bias2), declared.epsilon, "outside"))
    parameter = rounded(before.parameter - rounded(rate * direction))
    return After(parameter, {"first_moment": first, "second_moment": second})
