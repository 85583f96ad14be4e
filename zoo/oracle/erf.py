"""The error function in float64: the C library's, element by element."""

from __future__ import annotations

import math

import numpy as np

from zoo.oracle.base import Array


def erf(x: Array) -> Array:
    """erf of real numbers, to the accuracy of `math.erf` (below one unit in the last place)."""
    values = map(math.erf, np.asarray(x, np.float64).ravel().tolist())
    return np.fromiter(values, np.float64, np.size(x)).reshape(np.shape(x))
