"""x / 2 * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States

SCALE, CUBIC = math.sqrt(2.0 / math.pi), 0.044715


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    bend = np.tanh(SCALE * (x + CUBIC * x**3))
    return Result(0.5 * x * (1.0 + bend), (x, bend))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    x, bend = saved
    slope = SCALE * (1.0 + 3.0 * CUBIC * x * x) * (1.0 - bend**2)
    return [grad * 0.5 * (1.0 + bend + x * slope)], {}
