"""What the oracle's op files share."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Inputs = List[Array]
States = Mapping[str, Array]
Pair = Tuple[int, int]
Masks = Mapping[str, Array]
Gradients = Tuple[List[Optional[Array]], Dict[str, Array]]
"""Gradient of each input (None for integers), and of each parameter by its local name."""


class Result(NamedTuple):
    """Output of one op, what its backward pass needs, and new values of its statistics."""

    output: Array
    saved: Any
    statistics: Mapping[str, Array] = {}


def sum_to_last(array: Array) -> Array:
    """Sum over every axis but the last: the gradient of a bias."""
    return np.asarray(array.reshape(-1, array.shape[-1]).sum(0))


def windows(
    x: Array, kernel: Tuple[int, int], stride: Tuple[int, int], dilation: Tuple[int, int] = (1, 1)
) -> Array:
    """A view of (n, c, h, w) as (n, c, h', w', kernel h, kernel w); x is padded already."""
    n, c, h, w = x.shape
    rows = (h - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    columns = (w - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    sn, sc, sh, sw = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (n, c, rows, columns, *kernel),
        (sn, sc, sh * stride[0], sw * stride[1], sh * dilation[0], sw * dilation[1]),
        writeable=False,
    )


def scatter(
    grad: Array, shape: Tuple[int, ...], stride: Tuple[int, int], dilation: Tuple[int, int] = (1, 1)
) -> Array:
    """Adjoint of `windows`: add (n, c, h', w', kernel h, kernel w) back into (n, c, h, w)."""
    out = np.zeros(shape, grad.dtype)
    rows, columns, *kernel = grad.shape[2:]
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            bottom, right = top + stride[0] * (rows - 1) + 1, left + stride[1] * (columns - 1) + 1
            out[:, :, top : bottom : stride[0], left : right : stride[1]] += grad[..., i, j]
    return out


def pad(x: Array, pads: Tuple[int, ...], value: float = 0.0) -> Array:
    """Pads are (top, bottom, left, right)."""
    top, bottom, left, right = pads
    if not any(pads):
        return x
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def unpad(x: Array, pads: Tuple[int, ...]) -> Array:
    """Adjoint of `pad`."""
    top, bottom, left, right = pads
    return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]
