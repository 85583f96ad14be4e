"""Error function for arrays, in double precision; NumPy has none.

Rational Chebyshev approximations of Cody (1969), "Rational Chebyshev approximations for the error
function", Mathematics of Computation 23, with the coefficients of his SPECFUN routine CALERF:
x P(x^2) / Q(x^2) up to 0.46875, and 1 - exp(-x^2) P(x) / Q(x) above. Cody has a third
approximation for the complement beyond 4; next to 1 the second is exact enough there too, and
from 6 on erf rounds to 1.
"""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array

# from the highest power down, as numpy.polyval takes them
_P1 = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
    3.20937758913846947e3,
)  # fmt: skip
_Q1 = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
)  # fmt: skip
_P2 = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
    1.23033935479799725e3,
)  # fmt: skip
_Q2 = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip


def erf(x: Array) -> Array:
    """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to real x, to 1e-15 of its value."""
    x = np.asarray(x, np.float64)
    size = np.minimum(np.abs(x), 6.0)
    near = size <= 0.46875
    square = np.where(near, size * size, 0.0)
    inner = x * np.polyval(_P1, square) / np.polyval(_Q1, square)
    outer = 1.0 - np.exp(-size * size) * np.polyval(_P2, size) / np.polyval(_Q2, size)
    return np.asarray(np.where(near, inner, np.copysign(outer, x)))
