"""max(x, 0); derivative 0 at 0."""

from __future__ import annotations

import numpy as np

from zoo.ops.relu import Relu
from zoo.oracle import kinks
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Relu, given: Given) -> Result:
    (x,) = given.inputs
    kinks.at_zero(x.real)
    return Result(np.where(x.real < 0, 0.0, x), saved=x.real > 0)


def backward(op: Relu, grad: Array, saved: Array) -> Gradient:
    return Gradient([grad * saved])
