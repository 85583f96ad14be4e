"""Cross-correlation as a product of matrices: patches times kernels, group by group."""

from __future__ import annotations

from typing import Any

from zoo.oracle.base import (
    Array,
    Gradients,
    Inputs,
    Masks,
    Result,
    States,
    pad,
    scatter,
    unpad,
    windows,
)


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    weight = states["weight"]
    patches = windows(pad(x, op.pads), op.kernel, op.stride, op.dilation)
    n, _, rows, columns = patches.shape[:4]
    # (groups, n * rows * columns, channels in of a group * kernel)
    matrix = patches.reshape(n, op.groups, -1, rows, columns, *op.kernel)
    matrix = matrix.transpose(1, 0, 3, 4, 2, 5, 6).reshape(op.groups, n * rows * columns, -1)
    kernels = weight.reshape(op.groups, op.channels // op.groups, -1)
    y = matrix @ kernels.transpose(0, 2, 1)
    y = y.reshape(op.groups, n, rows, columns, -1).transpose(1, 0, 4, 2, 3)
    y = y.reshape(n, op.channels, rows, columns)
    if op.bias:
        y = y + states["bias"][:, None, None]
    return Result(y, (x.shape, matrix, kernels, weight.shape))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    shape, matrix, kernels, weight_shape = saved
    n, _, rows, columns = grad.shape
    flat = grad.reshape(n, op.groups, -1, rows, columns).transpose(1, 0, 3, 4, 2)
    flat = flat.reshape(op.groups, n * rows * columns, -1)
    found = {"weight": (flat.transpose(0, 2, 1) @ matrix).reshape(weight_shape)}
    if op.bias:
        found["bias"] = grad.sum((0, 2, 3))
    patches = (flat @ kernels).reshape(op.groups, n, rows, columns, -1, *op.kernel)
    patches = patches.transpose(1, 0, 4, 2, 3, 5, 6).reshape(n, shape[1], rows, columns, *op.kernel)
    top, bottom, left, right = op.pads
    padded = (n, shape[1], shape[2] + top + bottom, shape[3] + left + right)
    return [unpad(scatter(patches, padded, op.stride, op.dilation), op.pads)], found
