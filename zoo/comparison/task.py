"""A model of the zoo and the digits in the form that it takes."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Tuple

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.data import digits
from zoo.errors import UsageError
from zoo.models import registry
from zoo.spec import initial
from zoo.spec.graph import Spec

Array = NDArray[Any]

BATCH = 32
CHUNK = 16
"""Training steps that are sent to a worker at once."""


@attrs.frozen(eq=False)
class Task:
    """A model with the training and the test part of the digits; inputs by name."""

    spec: Spec
    inputs: Mapping[str, Array]
    labels: Array
    test_inputs: Mapping[str, Array]
    test_labels: Array

    def first_batch(self) -> tuple[dict[str, Array], Array]:
        return {name: array[:BATCH] for name, array in self.inputs.items()}, self.labels[:BATCH]

    def chunks(
        self, epochs: int, seed: int
    ) -> Iterator[Tuple[Mapping[str, Array], Array, Mapping[str, Array]]]:
        """Inputs, labels and dropout masks of `CHUNK` training steps at a time."""
        order = digits.batches(len(self.labels), BATCH, epochs, seed)
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            steps = [initial.masks(self.spec, BATCH, seed, start + i) for i in range(len(rows))]
            yield (
                {name: array[rows] for name, array in self.inputs.items()},
                self.labels[rows],
                {name: np.stack([step[name] for step in steps]) for name in self.spec.masks},
            )

    def accuracy(self, logits: Array) -> float:
        """Share of the test images whose largest logit is the right one."""
        return float(np.mean(np.argmax(logits, axis=-1) == self.test_labels))


def make_task(model: str) -> Task:
    """The model's preset `digits` with its data.

    Raises:
        UsageError: there is no such model.
    """
    spec = registry.build(model, "digits")
    data = digits.load()
    return Task(
        spec,
        _inputs(spec, data.train_images),
        data.train_labels,
        _inputs(spec, data.test_images),
        data.test_labels,
    )


def _inputs(spec: Spec, pixels: NDArray[np.uint8]) -> dict[str, Array]:
    """Pixels as a vector, as an image or as tokens, whichever the model's one input takes."""
    (node,) = spec.inputs
    shape = node.type.shape
    if node.type.dtype == "int" and shape == (digits.SIDE**2,):
        return {node.name: digits.tokens(pixels)}
    if shape == (digits.SIDE**2,):
        return {node.name: digits.flat(pixels)}
    if len(shape) == 3 and shape[1] == shape[2]:
        return {node.name: digits.images(pixels, size=shape[1], channels=shape[0])}
    raise UsageError(f"the digits are 64 numbers, tokens or a square image, not {node.type}")
