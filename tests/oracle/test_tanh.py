"""Hyperbolic tangent: output from exponentials."""

from __future__ import annotations

import numpy as np

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.tanh import Tanh


def test_is_the_quotient_of_exponentials() -> None:
    """(exp(2 x) - 1) / (exp(2 x) + 1)."""
    data = given(Tanh(), (2, 3, 4))
    power = np.exp(2 * data.inputs[0])
    close(output(Tanh(), data), (power - 1) / (power + 1))
    check_gradient(Tanh(), data)
