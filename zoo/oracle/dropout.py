"""y = x mask / (1 - drop_rate) in training, y = x in evaluation; the mask is given."""

from __future__ import annotations

from zoo.ops.dropout import Dropout
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Dropout, given: Given) -> Result:
    (x,) = given.inputs
    if not (given.training and op.drop_rate):
        return Result(x, saved=1.0)
    scale = given.masks["mask"] / (1.0 - op.drop_rate)
    return Result(x * scale, saved=scale)


def backward(op: Dropout, grad: Array, saved: Array | float) -> Gradient:
    return Gradient([grad * saved])
