"""x / 2 * (1 + erf(x / sqrt 2)); derivative cdf(x) + x * density(x) of the standard normal law."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States
from zoo.oracle.erf import erf


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    cdf = 0.5 * (1.0 + erf(x / math.sqrt(2.0)))
    return Result(x * cdf, (x, cdf))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    x, cdf = saved
    density = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    return [grad * (cdf + x * density)], {}
