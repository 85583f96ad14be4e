"""Maximum over windows; the gradient goes to the first of equal elements, row by row."""

from __future__ import annotations

import numpy as np

from zoo.ops.max_pool import MaxPool
from zoo.oracle import kinks
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.windows import add_windows, pad, windows


def forward(op: MaxPool, given: Given) -> Result:
    (x,) = given.inputs
    view = windows(pad(x, op.pads, -np.inf), op.kernel, op.stride)
    flat = view.reshape(*view.shape[:2], -1, *view.shape[4:])
    kinks.at_ties(flat.real, 2)
    where = flat.real.argmax(2)[:, :, None]
    return Result(np.take_along_axis(flat, where, 2)[:, :, 0], saved=(x.shape, where))


def backward(op: MaxPool, grad: Array, saved: tuple[tuple[int, ...], Array]) -> Gradient:
    shape, where = saved
    high, wide = op.kernel
    values = np.zeros((*shape[:2], high * wide, *grad.shape[2:]), grad.dtype)
    np.put_along_axis(values, where, grad[:, :, None], 2)
    values = values.reshape(*shape[:2], high, wide, *grad.shape[2:])
    return Gradient([add_windows(values, (shape[2], shape[3]), op.pads, op.stride)])
