"""Layer normalization: output row by row from NumPy's mean and variance."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.layer_norm import LayerNorm
from zoo.oracle.base import Given


@pytest.mark.parametrize("epsilon", [1e-5, 1e-1])
@pytest.mark.parametrize("shape", [(1, 2), (3, 5), (2, 3, 4), (1, 2, 2, 3)])
def test_normalizes_each_row(shape: tuple[int, ...], epsilon: float) -> None:
    """By the variance that divides by n."""
    op = LayerNorm(epsilon=epsilon)
    data = given(op, shape)
    y = output(op, data)
    for place in np.ndindex(shape[:-1]):
        row = data.inputs[0][place]
        z = (row - np.mean(row)) / np.sqrt(np.var(row) + epsilon)
        close(y[place], z * data.states["weight"] + data.states["bias"])
    check_gradient(op, data)


def test_a_large_mean_costs_no_digits_of_the_variance() -> None:
    """A mean of 1e6 leaves ten digits, where E[x^2] - E[x]^2 would leave four."""
    op, x = LayerNorm(epsilon=1e-5), np.arange(8.0)[None]
    states = {"weight": np.ones(8), "bias": np.zeros(8)}
    shifted = output(op, Given([x + 1e6], states))
    np.testing.assert_allclose(shifted, output(op, Given([x], states)), rtol=1e-10)
