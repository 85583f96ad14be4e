"""Mean over an axis: output by a product with a constant vector."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.mean import Mean


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_averages_the_axis(axis: int) -> None:
    """The same as a sum with equal weights."""
    op = Mean(axis=axis)
    data = given(op, (2, 3, 4, 5))
    size = data.inputs[0].shape[axis]
    close(output(op, data), np.tensordot(data.inputs[0], np.full(size, 1 / size), (axis, 0)))
    check_gradient(op, data)
