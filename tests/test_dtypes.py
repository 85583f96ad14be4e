"""The table of formats against what NumPy knows of them."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from zoo.dtypes import DTYPES, check_dtype, representable
from zoo.errors import UsageError


@pytest.mark.parametrize("name", DTYPES)
def test_the_unit_is_the_spacing_above_one(name: str) -> None:
    """As the type itself tells, and where sums are finer, theirs is that of float32."""
    dtype = DTYPES[name]
    info = ml_dtypes.finfo(dtype.numpy)
    assert dtype.unit == float(info.eps)
    assert dtype.sums == min(dtype.unit, float(np.finfo(np.float32).eps))
    assert dtype.smallest in (0.0, float(info.smallest_subnormal))


@pytest.mark.parametrize("name", DTYPES)
def test_representable_values_pass_the_format_unchanged(name: str) -> None:
    """They are as near as half a unit; integers are not touched."""
    x = np.random.default_rng(0).standard_normal(1000)
    held = representable(x, name)
    np.testing.assert_array_equal(held.astype(DTYPES[name].numpy).astype(np.float64), held)
    assert np.max(np.abs(held / x - 1)) <= DTYPES[name].unit / 2
    labels = np.arange(1000)
    assert representable(labels, name) is labels


def test_another_name_is_refused() -> None:
    """With those that are possible."""
    with pytest.raises(UsageError, match="dtype must be float64, float32, bfloat16, float16, got"):
        check_dtype("half")
