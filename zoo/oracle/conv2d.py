"""Convolution as a matrix product: each window becomes a column (Chellapilla et al. 2006).

For each example and group, (channels out, window) @ (window, places); "window" runs over the
group's channels in and the kernel, "places" over the output's pixels. One example after the other,
as the columns of one, several times its size, stay in the processor's cache.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from zoo.ops.conv2d import Conv2d
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded
from zoo.oracle.sums import total
from zoo.oracle.windows import Pair, add_windows, pad, windows


class _Saved(NamedTuple):
    """Height and width of the input; its windows, a view; the kernel as (group, out, window)."""

    size: Pair
    view: Array
    rows: Array


def forward(op: Conv2d, given: Given) -> Result:
    (x,), weight = given.inputs, given.states["weight"]
    terms = weight[0].size
    view = windows(pad(rounded(x, terms), op.pads), op.kernel, op.stride, op.dilation)
    rows = weight.reshape(op.groups, op.channels // op.groups, -1)
    y = np.stack([rows @ _columns(op, each) for each in view])
    y = rounded(y, terms).reshape(len(x), op.channels, *view.shape[4:])
    if op.bias:
        y = y + given.states["bias"][:, None, None]
    return Result(y, saved=_Saved(x.shape[2:], view, rows))


def backward(op: Conv2d, grad: Array, saved: _Saved) -> Gradient:
    flat = grad.reshape(len(grad), op.groups, op.channels // op.groups, -1)
    places, terms = grad[:, 0].size, flat.shape[2] * math.prod(op.kernel)
    weight = sum(
        each @ _columns(op, seen).swapaxes(1, 2)
        for each, seen in zip(rounded(flat, places), saved.view)
    )
    found = {"weight": rounded(weight, places).reshape(op.channels, -1, *op.kernel)}
    if op.bias:
        found["bias"] = total(grad, (0, 2, 3))
    back, shape = saved.rows.swapaxes(1, 2), saved.view.shape[1:]
    image = np.stack(
        [
            add_windows((back @ each).reshape(shape), saved.size, op.pads, op.stride, op.dilation)
            for each in rounded(flat, terms)
        ]
    )
    return Gradient([rounded(image, terms)], found)


def _columns(op: Conv2d, view: Array) -> Array:
    """Of one example's windows, (group, window, places)."""
    return view.reshape(op.groups, -1, view.shape[3] * view.shape[4])
