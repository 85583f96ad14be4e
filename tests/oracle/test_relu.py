"""Rectified linear unit: output by another formula, the derivative at zero by definition."""

from __future__ import annotations

import numpy as np

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.relu import Relu
from zoo.oracle import relu
from zoo.oracle.base import Given


def test_is_the_positive_part() -> None:
    """(x + |x|) / 2."""
    data = given(Relu(), (2, 3, 4))
    (x,) = data.inputs
    close(output(Relu(), data), (x + np.abs(x)) / 2)
    check_gradient(Relu(), data)


def test_derivative_at_zero_is_zero() -> None:
    """On both zeros."""
    result = relu.forward(Relu(), Given([np.array([[0.0, -0.0]])]))
    np.testing.assert_array_equal(
        relu.backward(Relu(), np.ones((1, 2)), result.saved).inputs[0], [[0, 0]]
    )


def test_nan_is_not_hidden() -> None:
    """NaN comes out as NaN."""
    assert np.isnan(relu.forward(Relu(), Given([np.array([np.nan])])).output[0])
