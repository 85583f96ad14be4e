"""Sum of tensors: output by stacking, gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.add import Add


@pytest.mark.parametrize("count", [2, 3, 5])
def test_adds_any_number_of_tensors(count: int) -> None:
    """The sum of a stack of them."""
    data = given(Add(), *[(2, 3, 4)] * count)
    close(output(Add(), data), np.stack(data.inputs).sum(0))
    check_gradient(Add(), data)
