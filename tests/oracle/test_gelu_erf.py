"""Exact GELU: output by the C library's complementary error function; the oracle takes SciPy's."""

from __future__ import annotations

import math

import numpy as np

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.gelu_erf import GeluErf
from zoo.oracle.base import Given

POINTS = np.concatenate(
    [
        np.linspace(-7, 7, 20000),
        np.random.default_rng(0).uniform(-1, 1, 20000),
        np.array([0.0, 1e300, 1e-300, 5e-324]),
    ]
)


def normal(x: float) -> float:
    """The normal distribution function."""
    return math.erfc(-x / math.sqrt(2.0)) / 2.0


def test_is_x_times_the_normal_distribution() -> None:
    """Gradients by the complex step."""
    data = given(GeluErf(), (2, 3, 4))
    (x,) = data.inputs
    close(output(GeluErf(), data), x * np.vectorize(normal)(x))
    check_gradient(GeluErf(), data)


def test_is_exact_to_a_few_units_in_the_last_place() -> None:
    """Far below zero the rounding of x / sqrt(2) counts x^2 times, in either library."""
    found = output(GeluErf(), Given([POINTS]))
    wanted = np.array([x * normal(x) for x in POINTS])
    units = np.abs(found - wanted) / np.maximum(np.spacing(np.abs(wanted)), 5e-324)
    assert np.max(units / (1.0 + POINTS.clip(-7, 7) ** 2)) <= 4


def test_differs_from_the_approximation() -> None:
    """0.841345 at 1, where the tanh form has 0.841192."""
    found = output(GeluErf(), Given([np.array([[1.0, -1e3, 1e3]])]))
    np.testing.assert_allclose(found, [[0.8413447460685429, 0.0, 1e3]], rtol=1e-15, atol=0)
