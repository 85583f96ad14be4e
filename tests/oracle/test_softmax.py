"""Softmax: output from SciPy, on every axis, also for large numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.softmax import Softmax
from zoo.oracle.base import Given


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_agrees_with_scipy(axis: int) -> None:
    """Sums to one along the axis."""
    op = Softmax(axis=axis)
    data = given(op, (2, 3, 4, 2))
    y = output(op, data)
    close(y, special.softmax(data.inputs[0], axis))
    close(y.sum(axis), 1.0)
    check_gradient(op, data)


def test_large_numbers_do_not_overflow() -> None:
    """A shift of all elements changes nothing."""
    x = np.array([[1e4, 1e4 + 1, -1e4]])
    close(output(Softmax(axis=1), Given([x])), [[1 / (1 + np.e), np.e / (1 + np.e), 0.0]])
