"""Joining along an axis: output place by place, gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.concatenate import Concatenate


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_parts_follow_each_other(axis: int) -> None:
    """Each part lies where the ones before it end."""
    shapes = []
    for size in (2, 1, 3):
        shape = [2, 2, 3, 2]
        shape[axis] = size
        shapes.append(tuple(shape))
    op = Concatenate(axis=axis)
    data = given(op, *shapes)
    joined = np.moveaxis(output(op, data), axis, 0)
    for part, (start, end) in zip(data.inputs, [(0, 2), (2, 3), (3, 6)]):
        close(joined[start:end], np.moveaxis(part, axis, 0))
    check_gradient(op, data)
