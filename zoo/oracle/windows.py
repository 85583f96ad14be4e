"""Sliding windows over images (batch, channels, h, w), and the adjoint: adding windows back."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from zoo.oracle.base import Array

Pair = Tuple[int, int]
Pads = Tuple[int, int, int, int]


def pad(x: Array, pads: Pads, value: float = 0.0) -> Array:
    """`pads` are top, bottom, left, right."""
    top, bottom, left, right = pads
    if not any(pads):
        return x
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def windows(x: Array, kernel: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Array:
    """A view of shape (batch, channels, kernel h, kernel w, windows down, windows across)."""
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation))
    view = sliding_window_view(x, reach, axis=(2, 3))
    view = view[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return np.asarray(view.transpose(0, 1, 4, 5, 2, 3))


def add_windows(
    values: Array, size: Pair, pads: Pads, stride: Pair, dilation: Pair = (1, 1)
) -> Array:
    """Each pixel's sum over the windows that hold it: the adjoint of `windows` after `pad`.

    `values` has the shape that `windows` gives, any axes in front; `size` is h and w of the image
    without its pads.
    """
    top, bottom, left, right = pads
    *front, high, wide, down, across = values.shape
    image = np.zeros((*front, size[0] + top + bottom, size[1] + left + right), values.dtype)
    for i in range(high):
        for j in range(wide):
            y, x = i * dilation[0], j * dilation[1]
            rows = slice(y, y + stride[0] * down, stride[0])
            columns = slice(x, x + stride[1] * across, stride[1])
            image[..., rows, columns] += values[..., i, j, :, :]
    return np.asarray(image[..., top : top + size[0], left : left + size[1]])
