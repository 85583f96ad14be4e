"""Sums, means and matrix products, with the noise that grows in them while a rounding is active."""

from __future__ import annotations

import math
from typing import Sequence

import numpy as np

from zoo.oracle.base import Array
from zoo.oracle.rounding import rounded


def total(x: Array, axes: Sequence[int], *, keepdims: bool = False) -> Array:
    """Sum over some axes."""
    terms = _terms(x, axes)
    return rounded(rounded(x, terms).sum(tuple(axes), keepdims=keepdims), terms)


def mean(x: Array, axes: Sequence[int], *, keepdims: bool = False) -> Array:
    return np.asarray(total(x, axes, keepdims=keepdims) / _terms(x, axes))


def product(x: Array, y: Array) -> Array:
    """x @ y; the noise is in x, which should be what depends on the batch."""
    terms = x.shape[-1]
    return rounded(rounded(x, terms) @ y, terms)


def _terms(x: Array, axes: Sequence[int]) -> int:
    return math.prod(x.shape[axis] for axis in axes)
