"""parameter -= rate mean / root; the mean looks one step ahead, by the schedule mu(t)."""

from __future__ import annotations

import numpy as np

from zoo.oracle.adam import start
from zoo.oracle.base import After, Array, Before
from zoo.oracle.moments import moving_average, one_minus, root
from zoo.oracle.rounding import rounded
from zoo.training.nadam import NAdam

__all__ = ["start", "update"]


def update(declared: NAdam, before: Before) -> After:
    gradient, kept, step = before.gradient, before.kept, before.step
    first = moving_average(declared.beta1, kept["first_moment"], gradient)
    second = moving_average(declared.beta2, kept["second_moment"], rounded(gradient * gradient))
    mu = _mu(declared, np.arange(1, step + 2))
    product = rounded(np.prod(mu[:-1]), step)
    now = rounded(one_minus(mu[-2]) / one_minus(product))
    ahead = rounded(mu[-1] / one_minus(rounded(product * mu[-1])))
    mean = rounded(rounded(now * gradient) + rounded(ahead * first))
    corrected = rounded(second / one_minus(rounded(declared.beta2**step)))
    direction = rounded(mean / root(corrected, declared.epsilon, "outside"))
    parameter = rounded(before.parameter - rounded(before.rate * direction))
    return After(parameter, {"first_moment": first, "second_moment": second})


def _mu(declared: NAdam, steps: Array) -> Array:
    return rounded(declared.beta1 * (1.0 - 0.5 * 0.96 ** (steps * declared.momentum_decay)))
