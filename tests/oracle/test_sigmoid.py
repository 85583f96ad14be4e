"""Logistic sigmoid: output from SciPy, also far from zero."""

from __future__ import annotations

import numpy as np
from scipy import special

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.sigmoid import Sigmoid
from zoo.oracle.base import Given
from zoo.oracle.rounding import Rounding


def test_is_expit() -> None:
    """As SciPy has it, and (1 + tanh(x / 2)) / 2."""
    data = given(Sigmoid(), (2, 3, 4))
    y = output(Sigmoid(), data)
    close(y, special.expit(data.inputs[0]))
    close(y, (1 + np.tanh(data.inputs[0] / 2)) / 2)
    check_gradient(Sigmoid(), data)


def test_large_arguments_keep_their_digits() -> None:
    """No overflow on either side, and no cancellation far below zero."""
    x = np.array([[-1e4, -700.0, -40.0, 40.0, 1e4]])
    np.testing.assert_allclose(output(Sigmoid(), Given([x])), special.expit(x), rtol=1e-14)


def test_the_noise_is_that_of_the_form_by_tanh() -> None:
    """Far below zero that form has few digits left, and is honest all the same."""
    data = Given([np.array([[-20.0, -25.0]])])
    exact = output(Sigmoid(), data)
    with Rounding(2.0**-40, 0).active():
        moved = np.abs(output(Sigmoid(), data) - exact)
    assert np.all((moved > 2.0**-52) & (moved < 2.0**-40))
