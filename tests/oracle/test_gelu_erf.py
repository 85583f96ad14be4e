"""Exact GELU: output by SciPy's normal distribution function."""

from __future__ import annotations

import numpy as np
from scipy import special

from tests.oracle.checking import DIFFERENCE, check_gradient, close, given, output
from zoo.ops.gelu_erf import GeluErf
from zoo.oracle.base import Given


def test_is_x_times_the_normal_distribution() -> None:
    """Gradients by differences: the error function here is real only."""
    data = given(GeluErf(), (2, 3, 4))
    close(output(GeluErf(), data), data.inputs[0] * special.ndtr(data.inputs[0]))
    check_gradient(GeluErf(), data, DIFFERENCE)


def test_differs_from_the_approximation() -> None:
    """0.841345 at 1, where the tanh form has 0.841192."""
    found = output(GeluErf(), Given([np.array([[1.0, -1e3, 1e3]])]))
    np.testing.assert_allclose(found, [[0.8413447460685429, 0.0, 1e3]], rtol=1e-15, atol=0)
