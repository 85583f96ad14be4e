"""The error function: against Python's and SciPy's."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from zoo.oracle.erf import erf

POINTS = np.concatenate(
    [
        np.linspace(-7, 7, 20000),
        np.random.default_rng(0).uniform(-1, 1, 20000),
        np.array([0.46875, np.nextafter(0.46875, 1), 4.0, 6.0, 1e300, 1e-300, 5e-324, np.inf]),
    ]
)


def test_is_exact_to_a_few_units_in_the_last_place() -> None:
    """Over the whole range, on both sides of every joint."""
    wanted = np.array([math.erf(x) for x in POINTS])
    np.testing.assert_allclose(erf(POINTS), wanted, rtol=1e-15, atol=0)
    np.testing.assert_allclose(erf(POINTS), special.erf(POINTS), rtol=2e-15, atol=0)


def test_is_odd_and_keeps_the_shape() -> None:
    """Zeros keep their sign, NaN stays NaN."""
    x = POINTS.reshape(-1, 8)
    np.testing.assert_array_equal(erf(-x), -erf(x))
    assert math.copysign(1.0, erf(np.array(-0.0))) == -1.0
    assert np.isnan(erf(np.array(np.nan)))
