"""Convolution as a matrix product: each window becomes a column (Chellapilla et al. 2006).

For each example and group, (channels out, window) @ (window, places); "window" runs over the
group's channels in and the kernel, "places" over the output's pixels.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from zoo.ops.conv2d import Conv2d
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded
from zoo.oracle.sums import total
from zoo.oracle.windows import Pair, add_windows, pad, windows


class _Saved(NamedTuple):
    size: Pair
    view: tuple[int, ...]
    columns: Array
    rows: Array


def forward(op: Conv2d, given: Given) -> Result:
    (x,), weight = given.inputs, given.states["weight"]
    terms = weight[0].size
    view = windows(pad(rounded(x, terms), op.pads), op.kernel, op.stride, op.dilation)
    columns = view.reshape(len(x), op.groups, -1, view.shape[4] * view.shape[5])
    rows = weight.reshape(op.groups, op.channels // op.groups, -1)
    y = rounded(rows @ columns, terms).reshape(len(x), op.channels, *view.shape[4:])
    if op.bias:
        y = y + given.states["bias"][:, None, None]
    return Result(y, saved=_Saved(x.shape[2:], view.shape, columns, rows))


def backward(op: Conv2d, grad: Array, saved: _Saved) -> Gradient:
    flat = grad.reshape(len(grad), op.groups, op.channels // op.groups, -1)
    places, terms = grad[:, 0].size, flat.shape[2] * math.prod(op.kernel)
    weight = rounded(flat, places) @ saved.columns.swapaxes(2, 3)
    weight = rounded(weight.sum(0), places)
    found = {"weight": weight.reshape(op.channels, -1, *op.kernel)}
    if op.bias:
        found["bias"] = total(grad, (0, 2, 3))
    view = (saved.rows.swapaxes(1, 2) @ rounded(flat, terms)).reshape(saved.view)
    image = add_windows(view, saved.size, op.pads, op.stride, op.dilation)
    return Gradient([rounded(image, terms)], found)
