"""Sums and products: plain without a rounding, else with noise as large as float32 sums have."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import close, normal
from zoo.oracle.base import Array
from zoo.oracle.rounding import Rounding
from zoo.oracle.sums import mean, product, total

UNIT = 2.0**-23


def test_without_a_rounding_they_are_numpys() -> None:
    """Also over several axes and with negative axes."""
    x = normal(2, 3, 4)
    close(total(x, (0, 2)), np.einsum("abc->b", x))
    close(mean(x, [-1], keepdims=True)[..., 0], np.einsum("abc->ab", x) / 4)
    close(product(x, x.swapaxes(1, 2)), np.einsum("aij,akj->aik", x, x))


def in_order(x: Array) -> Array:
    """Float32 sums over axis 0, one term after the other."""
    return np.cumsum(x.astype(np.float32), axis=0, dtype=np.float32)[-1].astype(np.float64)


@pytest.mark.parametrize("terms", [16, 256, 4096])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_noise_is_that_of_adding_in_order(terms: int, shift: float) -> None:
    """For terms of random sign and of one sign, from few to many, within a factor of three."""
    x = (shift + normal(terms, 400)).astype(np.float32).astype(np.float64)
    exact = total(x, [0])
    with Rounding(UNIT, 1).active():
        noise = np.std(total(x, [0]) - exact)
    error = np.std(in_order(x) - exact)
    assert error < noise * 1.5
    assert noise < error * 3


@pytest.mark.parametrize("terms", [16, 256, 4096])
def test_noise_of_a_product_is_that_of_adding_in_order(terms: int) -> None:
    """The noise lies in the first factor and in the result."""
    x = normal(1, terms).astype(np.float32).astype(np.float64)
    y = normal(terms, 400, seed=1).astype(np.float32).astype(np.float64)
    exact = product(x, y)
    noise = []
    for seed in range(5):
        with Rounding(UNIT, seed).active():
            noise.append(product(x, y) - exact)
    error = np.std(in_order(x.T * y) - exact)
    assert error < np.std(noise) * 2
    assert np.std(noise) < error * 4
