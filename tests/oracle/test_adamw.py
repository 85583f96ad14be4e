"""AdamW: ways of one weight that PyTorch, Keras and Chainer take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.checking import close, way
from zoo.training import Adam, AdamW

WAYS = {
    # PyTorch 2.13.0
    "outside": (
        AdamW(learning_rate=0.1, weight_decay=0.1), [0.890000001, 0.7878820382881611],
    ),
    # Keras 3.15.1
    "uncorrected": (
        AdamW(learning_rate=0.1, weight_decay=0.1, epsilon=1e-7, epsilon_placement="uncorrected"),
        [0.890000316226766, 0.7878826129483567],
    ),
    # Chainer 7.8.1 with weight_decay_rate 0.1, which it does not multiply by the rate
    "no rate": (
        AdamW(learning_rate=0.1, weight_decay=1.0, epsilon_placement="uncorrected"),
        [0.8000000316227667, 0.6267820909559169],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), st.floats(0, 5))
def test_it_is_adam_with_decoupled_decay(gradients: list[float], weight_decay: float) -> None:
    """Under another name, with another default."""
    adam = Adam(weight_decay=weight_decay, decay="decoupled")
    assert way(AdamW(weight_decay=weight_decay), gradients) == way(adam, gradients)
