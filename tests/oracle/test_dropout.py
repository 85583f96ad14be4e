"""Dropout: output by selection instead of multiplication."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.dropout import Dropout


@pytest.mark.parametrize("drop_rate", [0.0, 0.1, 0.8])
def test_training_scales_what_the_mask_keeps(drop_rate: float) -> None:
    """Kept elements are divided by 1 - drop_rate, the others are zero."""
    op = Dropout(drop_rate=drop_rate)
    data = given(op, (3, 4, 5))
    (x,) = data.inputs
    kept = data.masks["mask"] == 1 if drop_rate else np.ones(x.shape, bool)
    close(output(op, data), np.where(kept, x / (1 - drop_rate), 0.0))
    check_gradient(op, data)


def test_evaluation_changes_nothing() -> None:
    """No mask, no scale."""
    op = Dropout(drop_rate=0.5)
    data = given(op, (3, 4, 5), training=False)
    np.testing.assert_array_equal(output(op, data), data.inputs[0])
    check_gradient(op, data)
