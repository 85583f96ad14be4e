"""Mean squared error: value as a norm, gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import close, compare, normal
from zoo.oracle.mean_squared_error import loss
from zoo.training import MeanSquaredError


@pytest.mark.parametrize("shape", [(1, 1), (4, 3), (2, 3, 5), (3,)])
def test_value_and_gradient(shape: tuple[int, ...]) -> None:
    """The squared Euclidean distance over the number of elements; no factor of one half."""
    output, target = normal(*shape, seed=1), normal(*shape, seed=2)
    value, grad = loss(MeanSquaredError(), output, target)
    close(value, np.linalg.norm((output - target).ravel()) ** 2 / output.size)
    compare(grad, lambda moved: loss(MeanSquaredError(), moved, target)[0], output)
