"""Average over height and width; the gradient is shared out equally."""

from __future__ import annotations

import numpy as np

from zoo.ops.global_avg_pool import GlobalAvgPool
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import mean


def forward(op: GlobalAvgPool, given: Given) -> Result:
    (x,) = given.inputs
    return Result(mean(x, (2, 3)), saved=x.shape)


def backward(op: GlobalAvgPool, grad: Array, saved: tuple[int, ...]) -> Gradient:
    share = grad[:, :, None, None] / (saved[2] * saved[3])
    return Gradient([np.broadcast_to(share, saved)])
