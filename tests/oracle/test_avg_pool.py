"""Average pooling: output by loops that know the image's border."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.avg_pool import AvgPool
from zoo.oracle.base import Array, Given


def by_loops(op: AvgPool, x: Array, size: tuple[int, ...]) -> Array:
    """Each window cut off at the border; divided by the kernel's size or by what is left of it."""
    y = np.empty((*x.shape[:2], *size))
    for row, column in np.ndindex(*size):
        r, c = row * op.stride[0] - op.pads[0], column * op.stride[1] - op.pads[2]
        rows, columns = slice(max(r, 0), r + op.kernel[0]), slice(max(c, 0), c + op.kernel[1])
        window = x[:, :, rows, columns]
        inside = window.shape[2] * window.shape[3]
        count = op.kernel[0] * op.kernel[1] if op.count_padding else inside
        y[:, :, row, column] = window.sum((2, 3)) / count
    return y


CASES = [
    ((1, 1, 2, 2), {"kernel": 2, "stride": 2}),
    ((2, 2, 5, 7), {"kernel": 2, "stride": 2}),
    ((2, 2, 5, 4), {"kernel": 3, "stride": 1, "pads": 1}),
    ((2, 2, 5, 6), {"kernel": (3, 2), "stride": (2, 1), "pads": (2, 0, 1, 0)}),
    ((2, 1, 7, 5), {"kernel": 2, "stride": 3, "pads": (0, 1, 1, 1)}),
]


@pytest.mark.parametrize("count_padding", [True, False])
@pytest.mark.parametrize(("shape", "attributes"), CASES)
def test_agrees_with_loops(shape: tuple[int, ...], attributes: dict, count_padding: bool) -> None:
    """Overlapping windows, gaps between windows and uneven pads, counted or not."""
    op = AvgPool(**attributes, count_padding=count_padding)
    data = given(op, shape)
    y = output(op, data)
    close(y, by_loops(op, data.inputs[0], y.shape[2:]))
    check_gradient(op, data)


def test_the_padding_question() -> None:
    """Ones, kernel 3, stride 2, pad 1: the corner is 4/9 with the padding counted, 1 without."""
    x = np.ones((1, 1, 4, 4))
    for count_padding, corner in ((True, 4 / 9), (False, 1.0)):
        op = AvgPool(kernel=3, stride=2, pads=1, count_padding=count_padding)
        close(output(op, Given([x]))[0, 0, 0, 0], corner)
