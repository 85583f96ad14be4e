"""Log-softmax: output from SciPy, on every axis, also for large numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.log_softmax import LogSoftmax
from zoo.oracle.base import Given
from zoo.oracle.rounding import Rounding


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_agrees_with_scipy(axis: int) -> None:
    """x - logsumexp(x)."""
    op = LogSoftmax(axis=axis)
    data = given(op, (2, 3, 4, 2))
    (x,) = data.inputs
    close(output(op, data), x - special.logsumexp(x, axis, keepdims=True))
    check_gradient(op, data)


def test_large_numbers_do_not_overflow() -> None:
    """Where the softmax is zero its logarithm is still finite."""
    close(output(LogSoftmax(axis=1), Given([np.array([[2e4, 0.0, -1e4]])])), [[0.0, -2e4, -3e4]])


def test_the_noise_is_that_of_numbers_as_large_as_the_input() -> None:
    """x - (largest + log(sum)) loses the digits that the largest has before the point."""
    op, data = LogSoftmax(axis=1), Given([np.array([[1e9, 1e9 - 1.0]])])
    exact = output(op, data)
    with Rounding(2.0**-52, 0).active():
        moved = np.abs(output(op, data) - exact)
    assert np.all((moved > 1e-9) & (moved < 1e-6))
