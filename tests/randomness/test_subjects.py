"""Models that give away what was dropped."""

from __future__ import annotations

import numpy as np
import pytest

from zoo import oracle
from zoo.randomness.subjects import BATCH, HEADS, LAYERS, LENGTH, POSITIONS, Subject, subjects
from zoo.spec import initial

SUBJECTS = subjects(0.3)


def by_position(mask: np.ndarray) -> np.ndarray:
    """A mask as the dense layer sees it: attention's has (head, query, key), which it flattens."""
    if mask.ndim == 2:
        return mask
    shape = (BATCH, HEADS, LENGTH, LENGTH)
    return mask.reshape(shape).transpose(0, 2, 1, 3).reshape(BATCH, POSITIONS)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_a_training_step_leaves_what_was_kept(subject: Subject) -> None:
    """In row o of a weight the mask of example o, scaled; nothing else changes."""
    state = subject.state(np.zeros((BATCH, POSITIONS)))
    masks = initial.masks(subject.spec, BATCH)
    step = ({"x": subject.x}, subject.target, masks)
    left = oracle.train(subject.spec, state, [step]).state
    for layer in range(LAYERS):
        mask = by_position(masks[f"drop{layer}.mask"])
        wanted = -1.0 * mask * subject.in_training * subject.whole
        np.testing.assert_array_equal(left.pop(f"read{layer}.weight"), wanted)
    for name, array in left.items():
        np.testing.assert_array_equal(array, state[name])


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_an_evaluation_shows_what_everything_is_multiplied_by(subject: Subject) -> None:
    """The weight being an identity; it is 1, in dropout's original form the share kept."""
    state = subject.state(np.eye(BATCH))
    output = oracle.evaluate(subject.spec, state, {"x": subject.x})
    whole = np.tile(subject.whole, LAYERS)
    np.testing.assert_allclose(output, subject.in_evaluation * whole, rtol=1e-14)
    assert subject.in_evaluation == (0.7 if "original" in subject.name else 1.0)
