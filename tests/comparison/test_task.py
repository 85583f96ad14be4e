"""The digits as each model's data."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.comparison.task import BATCH, CHUNK, make_task
from zoo.errors import UsageError
from zoo.models import registry


@pytest.mark.parametrize("model", registry.MODELS)
def test_the_data_fits_the_model(model: str) -> None:
    """Shapes, ranges, and the same labels for all."""
    task = make_task(model)
    (node,) = task.spec.inputs
    array = task.inputs[node.name]
    assert array.shape == (1437, *node.type.shape)
    assert task.test_inputs[node.name].shape == (360, *node.type.shape)
    below = node.op.attributes()["below"]
    assert array.min() >= 0
    assert array.max() <= (below - 1 if below else 1)
    assert task.spec.output_type.shape == (10,)


def test_chunks_go_through_an_epoch_once() -> None:
    """Every step has a batch, its labels and its masks; no example comes twice in an epoch."""
    task = make_task("mlp")
    seen = []
    for inputs, labels, masks in task.chunks(1, seed=3):
        assert len(labels) <= CHUNK
        assert inputs["x"].shape == (len(labels), BATCH, 64)
        for name, mask in masks.items():
            assert mask.shape == (len(labels), BATCH, *task.spec.masks[name].shape)
        seen += [row.tobytes() for step in inputs["x"] for row in step]
    assert len(seen) == 1437 // BATCH * BATCH
    assert len(set(seen)) > 0.99 * len(seen)


def test_accuracy_counts_the_largest_logit() -> None:
    """All right, all wrong."""
    task = make_task("mlp")
    right = np.eye(10)[task.test_labels]
    assert task.accuracy(right) == 1
    assert task.accuracy(np.roll(right, 1, axis=1)) == 0


def test_an_unknown_model_is_refused() -> None:
    """With the nearest names."""
    with pytest.raises(UsageError, match="did you mean resnet20"):
        make_task("resnet")
