"""Flattening: channels, height and width in that order."""

from __future__ import annotations

import numpy as np

from tests.oracle.checking import check_gradient, given, output
from zoo.ops.flatten import Flatten


def test_last_axis_varies_fastest() -> None:
    """Element (c, h, w) lands at (c * height + h) * width + w."""
    data = given(Flatten(), (2, 2, 3, 4))
    y = output(Flatten(), data)
    for n, c, h, w in np.ndindex(2, 2, 3, 4):
        assert y[n, (c * 3 + h) * 4 + w] == data.inputs[0][n, c, h, w]
    check_gradient(Flatten(), data)


def test_vectors_stay_as_they_are() -> None:
    """Rank two is kept."""
    data = given(Flatten(), (1, 5))
    np.testing.assert_array_equal(output(Flatten(), data), data.inputs[0])
    check_gradient(Flatten(), data)
