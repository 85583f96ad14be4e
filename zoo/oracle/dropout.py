"""What is kept is scaled in training (inverted form) or all in evaluation; the mask is given."""

from __future__ import annotations

from zoo.ops.dropout import Dropout
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Dropout, given: Given) -> Result:
    (x,) = given.inputs
    kept, inverted = 1.0 - op.drop_rate, op.form == "inverted"
    scale: Array | float = 1.0 if inverted else kept
    if given.training and op.drop_rate:
        mask = given.masks["mask"]
        scale = mask / kept if inverted else mask
    return Result(x * scale, saved=scale)


def backward(op: Dropout, grad: Array, saved: Array | float) -> Gradient:
    return Gradient([grad * saved])
