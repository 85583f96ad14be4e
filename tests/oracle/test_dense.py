"""Fully connected layer: output by einsum, gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.dense import Dense


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(1, 4), (3, 5), (2, 3, 4), (2, 2, 3, 5)])
def test_acts_on_the_last_axis(shape: tuple[int, ...], bias: bool) -> None:
    """y_o = sum over i of x_i weight_oi, plus the bias."""
    op = Dense(units=4, bias=bias)
    data = given(op, shape)
    wanted = np.einsum("...i,oi->...o", data.inputs[0], data.states["weight"])
    close(output(op, data), wanted + data.states.get("bias", 0.0))
    check_gradient(op, data)
