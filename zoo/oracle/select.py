"""One position along one axis; elsewhere the gradient is zero."""

from __future__ import annotations

import numpy as np

from zoo.ops.select import Select
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Select, given: Given) -> Result:
    (x,) = given.inputs
    return Result(x.take(op.index, op.axis), saved=x.shape)


def backward(op: Select, grad: Array, saved: tuple[int, ...]) -> Gradient:
    spread = np.zeros(saved, grad.dtype)
    np.moveaxis(spread, op.axis, 0)[op.index] = grad
    return Gradient([spread])
