"""Max pooling: output by loops that know the image's border; the first of equal elements wins."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.max_pool import MaxPool
from zoo.oracle import max_pool
from zoo.oracle.base import Array, Given


def by_loops(op: MaxPool, x: Array, size: tuple[int, ...]) -> Array:
    """Each window cut off at the border of the image."""
    y = np.empty((*x.shape[:2], *size))
    for row, column in np.ndindex(*size):
        r, c = row * op.stride[0] - op.pads[0], column * op.stride[1] - op.pads[2]
        rows, columns = slice(max(r, 0), r + op.kernel[0]), slice(max(c, 0), c + op.kernel[1])
        y[:, :, row, column] = x[:, :, rows, columns].max((2, 3))
    return y


CASES = [
    ((1, 1, 2, 2), {"kernel": 2, "stride": 2}),
    ((2, 2, 5, 7), {"kernel": 2, "stride": 2}),
    ((2, 2, 5, 4), {"kernel": 3, "stride": 1, "pads": 1}),
    ((2, 2, 5, 6), {"kernel": (3, 2), "stride": (2, 1), "pads": (2, 0, 1, 0)}),
    ((2, 1, 7, 5), {"kernel": 2, "stride": 3, "pads": (0, 1, 1, 1)}),
]


@pytest.mark.parametrize(("shape", "attributes"), CASES)
def test_agrees_with_loops(shape: tuple[int, ...], attributes: dict) -> None:
    """Overlapping windows, gaps between windows and uneven pads; padding never wins."""
    op = MaxPool(**attributes)
    data = given(op, shape)
    data.inputs[0][0] -= 10.0  # all below zero: a padding of zeros would win
    y = output(op, data)
    close(y, by_loops(op, data.inputs[0], y.shape[2:]))
    check_gradient(op, data)


def test_first_of_equal_elements_gets_the_gradient() -> None:
    """Row by row within the window."""
    op = MaxPool(kernel=2, stride=2)
    x = np.array([[[[0.0, 3.0, 1.0, 1.0], [3.0, 3.0, 1.0, 1.0]]]])
    result = max_pool.forward(op, Given([x]))
    found = max_pool.backward(op, np.array([[[[5.0, 7.0]]]]), result.saved)
    np.testing.assert_array_equal(found.inputs[0], [[[[0, 5, 7, 0], [0, 0, 0, 0]]]])
