"""Average over windows; the gradient is shared out equally among the places that count."""

from __future__ import annotations

import numpy as np

from zoo.ops.avg_pool import AvgPool
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import total
from zoo.oracle.windows import add_windows, pad, windows


def forward(op: AvgPool, given: Given) -> Result:
    (x,) = given.inputs
    counted = pad(np.ones((1, 1, *x.shape[2:])), op.pads, 1.0 if op.count_padding else 0.0)
    count = windows(counted, op.kernel, op.stride).sum((2, 3))
    view = windows(pad(x, op.pads), op.kernel, op.stride)
    return Result(total(view, (2, 3)) / count, saved=(view.shape, x.shape, count))


def backward(
    op: AvgPool, grad: Array, saved: tuple[tuple[int, ...], tuple[int, ...], Array]
) -> Gradient:
    view_shape, shape, count = saved
    share = np.broadcast_to((grad / count)[:, :, None, None], view_shape)
    return Gradient([add_windows(share, (shape[2], shape[3]), op.pads, op.stride)])
