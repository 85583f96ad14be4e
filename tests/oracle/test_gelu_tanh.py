"""Approximate GELU: output through the sigmoid."""

from __future__ import annotations

import numpy as np
from scipy import special

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.gelu_tanh import GeluTanh
from zoo.oracle.base import Given


def test_is_a_sigmoid_of_a_cubic() -> None:
    """(1 + tanh(u)) / 2 is the sigmoid of 2 u."""
    data = given(GeluTanh(), (2, 3, 4))
    (x,) = data.inputs
    cubic = np.sqrt(8 / np.pi) * (x + 0.044715 * x**3)
    close(output(GeluTanh(), data), x * special.expit(cubic))
    check_gradient(GeluTanh(), data)


def test_is_within_its_known_distance_of_the_exact_form() -> None:
    """The approximation is off by at most 5e-4, and by more than 1e-4 somewhere."""
    x = np.linspace(-6, 6, 2001)[None]
    gap = np.abs(output(GeluTanh(), Given([x])) - x * special.ndtr(x))
    assert 1e-4 < gap.max() < 5e-4
