"""Dropout in both forms: output by selection instead of multiplication."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.dropout import Dropout


@pytest.mark.parametrize("drop_rate", [0.0, 0.1, 0.8])
@pytest.mark.parametrize("form", ["inverted", "original"])
def test_training_scales_what_the_mask_keeps_in_the_inverted_form(
    form: str, drop_rate: float
) -> None:
    """Kept elements are divided by 1 - drop_rate, or stay as they are; the others are zero."""
    op = Dropout(drop_rate=drop_rate, form=form)
    data = given(op, (3, 4, 5))
    (x,) = data.inputs
    kept = data.masks["mask"] == 1 if drop_rate else np.ones(x.shape, bool)
    y = x / (1 - drop_rate) if form == "inverted" else x
    close(output(op, data), np.where(kept, y, 0.0))
    check_gradient(op, data)


@pytest.mark.parametrize(("form", "factor"), [("inverted", 1.0), ("original", 0.7)])
def test_evaluation_scales_everything_in_the_original_form(form: str, factor: float) -> None:
    """No mask; in the inverted form nothing changes."""
    op = Dropout(drop_rate=0.3, form=form)
    data = given(op, (3, 4, 5), training=False)
    np.testing.assert_array_equal(output(op, data), factor * data.inputs[0])
    check_gradient(op, data)


@pytest.mark.parametrize("form", ["inverted", "original"])
def test_evaluation_gives_what_training_gives_on_average(form: str) -> None:
    """The mean over all masks of four elements, each with its probability."""
    op = Dropout(drop_rate=0.3, form=form)
    data = given(op, (1, 4))
    mean = np.zeros((1, 4))
    for bits in np.ndindex(2, 2, 2, 2):
        masked = data._replace(masks={"mask": np.array([bits], float)})
        mean += np.prod(np.where(bits, 0.7, 0.3)) * output(op, masked)
    close(mean, output(op, data._replace(masks={}, training=False)))
