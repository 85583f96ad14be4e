"""Product of tensors: output by stacking, gradient by the complex step, also at zeros."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.multiply import Multiply


@pytest.mark.parametrize("count", [2, 3, 5])
def test_multiplies_any_number_of_tensors(count: int) -> None:
    """The product of a stack of them; a factor of zero has a gradient too."""
    data = given(Multiply(), *[(2, 3, 4)] * count)
    data.inputs[0][0] = 0.0
    data.inputs[1][0, :2] = 0.0
    close(output(Multiply(), data), np.prod(np.stack(data.inputs), 0))
    check_gradient(Multiply(), data)
