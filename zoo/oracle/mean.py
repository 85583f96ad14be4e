"""Mean over one axis; the gradient is shared out equally."""

from __future__ import annotations

import numpy as np

from zoo.ops.mean import Mean
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import mean


def forward(op: Mean, given: Given) -> Result:
    (x,) = given.inputs
    return Result(mean(x, [op.axis]), saved=x.shape)


def backward(op: Mean, grad: Array, saved: tuple[int, ...]) -> Gradient:
    share = np.expand_dims(grad, op.axis) / saved[op.axis]
    return Gradient([np.broadcast_to(share, saved)])
