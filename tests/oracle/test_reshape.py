"""Another shape: the elements in row-major order stay, the gradient goes back unchanged."""

from __future__ import annotations

import pytest

from tests.oracle.checking import check_gradient, given, output
from zoo.ops.reshape import Reshape


@pytest.mark.parametrize("shape", [(24,), (4, 6), (2, 3, 2, 2), (1, 24, 1)])
def test_order_of_elements_is_kept(shape: tuple[int, ...]) -> None:
    """Read one after the other, the elements of each example are the same."""
    op = Reshape(shape=shape)
    data = given(op, (3, 2, 3, 4))
    for x, y in zip(data.inputs[0], output(op, data)):
        assert list(y.flat) == list(x.flat)
    check_gradient(op, data)
