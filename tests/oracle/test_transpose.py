"""Axes in another order: output by einsum, gradient by the complex step."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, given, output
from zoo.ops.transpose import Transpose


@pytest.mark.parametrize("axes", list(permutations((1, 2, 3))))
def test_every_order_of_three_axes(axes: tuple[int, ...]) -> None:
    """Axis i of the result is axis axes[i - 1] of the input."""
    op = Transpose(axes=axes)
    data = given(op, (2, 2, 3, 4))
    letters = "".join("nabc"[axis] for axis in (0, *axes))
    np.testing.assert_array_equal(output(op, data), np.einsum(f"nabc->{letters}", data.inputs[0]))
    check_gradient(op, data)
