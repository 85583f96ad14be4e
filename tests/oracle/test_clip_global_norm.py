"""Clipping by the global norm: the paper's rule, and what it leaves."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.checking import close, normal
from zoo.oracle.clip_global_norm import clip
from zoo.training import ClipGlobalNorm


def test_three_and_four_clipped_to_one() -> None:
    """0.6 and 0.8 (PyTorch 2.13.0, which adds 1e-6 to the norm: 0.59999988, 0.79999984)."""
    gradients = {"a": np.array([3.0]), "b": np.array([[4.0]])}
    found = clip(ClipGlobalNorm(max_norm=1.0), gradients)
    close(found["a"], [0.6])
    close(found["b"], [[0.8]])


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_the_norm_of_all_is_the_smaller_of_two(scale: float, max_norm: float) -> None:
    """And every gradient keeps its direction."""
    gradients = {"a": scale * normal(3, 2), "b": scale * normal(4, seed=1)}

    def norm(arrays: dict[str, np.ndarray]) -> float:
        return math.sqrt(sum(float(np.sum(a * a)) for a in arrays.values()))

    found = clip(ClipGlobalNorm(max_norm=max_norm), gradients)
    close(norm(found) / scale, min(norm(gradients), max_norm) / scale)
    ratio = found["a"] / gradients["a"]
    close(ratio, np.full((3, 2), ratio[0, 0]))
    close(found["b"] / gradients["b"], np.full(4, ratio[0, 0]))


def test_gradients_below_the_limit_stay_as_they_are() -> None:
    """Bit by bit, zeros too."""
    gradients = {"a": 0.1 * normal(5), "b": np.zeros(2)}
    found = clip(ClipGlobalNorm(max_norm=1.0), gradients)
    for name, array in gradients.items():
        np.testing.assert_array_equal(found[name], array)
