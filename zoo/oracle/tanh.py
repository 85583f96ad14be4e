"""y = tanh(x), y' = 1 - y^2."""

from __future__ import annotations

import numpy as np

from zoo.ops.tanh import Tanh
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Tanh, given: Given) -> Result:
    y = np.tanh(given.inputs[0])
    return Result(y, saved=y)


def backward(op: Tanh, grad: Array, saved: Array) -> Gradient:
    return Gradient([grad * (1.0 - saved * saved)])
