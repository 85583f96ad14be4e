"""Windows and their adjoint."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import normal
from zoo.oracle.windows import Pads, Pair, add_windows, pad, windows

CASES = [
    ((2, 2), (1, 1), (0, 0, 0, 0), (1, 1)),
    ((3, 2), (2, 1), (1, 0, 2, 1), (1, 2)),
    ((1, 3), (3, 2), (0, 2, 0, 0), (1, 1)),
]


@pytest.mark.parametrize(("kernel", "stride", "pads", "dilation"), CASES)
def test_each_window_holds_its_pixels(
    kernel: Pair, stride: Pair, pads: Pads, dilation: Pair
) -> None:
    """Element (i, j) of window (r, c) is pixel (r * stride + i * dilation, ...) with the pads."""
    x = pad(normal(2, 1, 6, 7), pads)
    view = windows(x, kernel, stride, dilation)
    for i, j, r, c in np.ndindex(view.shape[2:]):
        y, z = r * stride[0] + i * dilation[0], c * stride[1] + j * dilation[1]
        np.testing.assert_array_equal(view[:, :, i, j, r, c], x[:, :, y, z])
    for side in (0, 1):
        last = (view.shape[4 + side] - 1) * stride[side] + (kernel[side] - 1) * dilation[side]
        assert 0 <= x.shape[2 + side] - 1 - last < stride[side]


@pytest.mark.parametrize(("kernel", "stride", "pads", "dilation"), CASES)
def test_adding_back_is_the_adjoint(kernel: Pair, stride: Pair, pads: Pads, dilation: Pair) -> None:
    """<windows(x), v> = <x, add_windows(v)> for all x and v."""
    x = normal(2, 3, 6, 7)
    view = windows(pad(x, pads), kernel, stride, dilation)
    v = normal(*view.shape, seed=1)
    back = add_windows(v, (6, 7), pads, stride, dilation)
    np.testing.assert_allclose(np.sum(view * v), np.sum(x * back), rtol=1e-12)
