"""Clipping by value: each element by itself."""

from __future__ import annotations

import numpy as np

from zoo.oracle.clip_value import clip
from zoo.training import ClipValue


def test_each_element_stays_between_the_limits() -> None:
    """What lies between them is kept."""
    found = clip(ClipValue(limit=0.5), {"a": np.array([-2.0, -0.5, 0.1, 0.5, 0.7])})
    np.testing.assert_array_equal(found["a"], [-0.5, -0.5, 0.1, 0.5, 0.5])
