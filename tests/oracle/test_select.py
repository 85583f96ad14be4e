"""One position along an axis: output by a product with a unit vector."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.select import Select


@pytest.mark.parametrize(("axis", "index"), [(1, 0), (1, 2), (2, 3), (3, 1)])
def test_takes_the_position(axis: int, index: int) -> None:
    """The same as a sum weighted by a unit vector."""
    op = Select(axis=axis, index=index)
    data = given(op, (2, 3, 4, 2))
    (x,) = data.inputs
    close(output(op, data), np.tensordot(x, np.eye(x.shape[axis])[index], (axis, 0)))
    check_gradient(op, data)
