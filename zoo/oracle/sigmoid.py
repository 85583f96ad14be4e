"""y = 1 / (1 + exp(-x)), of two equal forms the one that cannot overflow; y' = y (1 - y)."""

from __future__ import annotations

import numpy as np

from zoo.ops.sigmoid import Sigmoid
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded


def forward(op: Sigmoid, given: Given) -> Result:
    (x,) = given.inputs
    small = np.exp(np.where(x.real < 0, x, -x))
    y = np.where(x.real < 0, small, 1.0) / (1.0 + small)
    # As (1 + tanh(x / 2)) / 2, which some frameworks compute, it rounds numbers about one.
    tanh = 2.0 * y - 1.0
    y = y + (rounded(tanh) - tanh) / 2.0
    return Result(y, saved=y)


def backward(op: Sigmoid, grad: Array, saved: Array) -> Gradient:
    return Gradient([grad * saved * (1.0 - saved)])
