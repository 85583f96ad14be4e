"""Axes in another order; the gradient goes back in the inverse order."""

from __future__ import annotations

import numpy as np

from zoo.ops.transpose import Transpose
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Transpose, given: Given) -> Result:
    (x,) = given.inputs
    return Result(x.transpose(0, *op.axes))


def backward(op: Transpose, grad: Array, saved: None) -> Gradient:
    return Gradient([grad.transpose(np.argsort((0, *op.axes)))])
