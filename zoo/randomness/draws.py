"""What is seen of a model that gives away what was dropped: training, its gradient, evaluation."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.parity.emission import Emission
from zoo.randomness.subjects import BATCH, LAYERS, POSITIONS, Subject
from zoo.worker.session import Session

Array = NDArray[Any]


@attrs.frozen(eq=False)
class Draws:
    """What elements were multiplied by: in training, zero where they were dropped.

    Attributes:
        subject: the model.
        training: (steps, layers, batch, positions), a training step each.
        evaluation: (layers, batch, positions).
        sent, returned: of each example of one backward pass in training, the product of the output
            with its gradient, and that of the input with its own. Once the masks are there, a
            model is linear, so that they are equal if what was dropped is so on the way back, too.
        digits: relative error of the dtype's arithmetic.
    """

    subject: Subject
    training: Array
    evaluation: Array
    sent: Array
    returned: Array
    digits: float

    @property
    def dropped(self) -> float:
        """Share of the elements that training dropped."""
        return float(np.mean(self.training == 0))


def draw(
    session: Session,
    subject: Subject,
    emission: Emission,
    *,
    steps: int,
    seed: int,
    dtype: str,
) -> Draws:
    """Train for some steps, all from the same weights."""
    blank = subject.state(np.zeros((BATCH, POSITIONS)))
    emitted = emission.emit(session.target.backend, subject.spec)
    session.load(subject.spec, blank, dtype=dtype, seed=seed, emitted=emitted)
    training = np.empty((steps, LAYERS, BATCH, POSITIONS))
    batch, target = {"x": subject.x[None]}, subject.target[None]
    for step in range(steps):
        session.write(blank)
        session.train(batch, target)
        left = session.state()
        for layer in range(LAYERS):
            training[step, layer] = -left[f"read{layer}.weight"] / subject.whole
    session.write(subject.state(np.eye(BATCH)))
    seen = session.infer({"x": subject.x})
    sent, returned = _products(session, subject)
    evaluation = np.stack(np.split(seen, LAYERS, axis=1)) / subject.whole
    digits = float(np.finfo(dtype).eps)
    return Draws(subject, training, evaluation, sent, returned, digits)


def _products(session: Session, subject: Subject) -> tuple[Array, Array]:
    """The loss asks every output for the same change, nearly."""
    size = BATCH * LAYERS * POSITIONS
    target = np.full((BATCH, LAYERS * POSITIONS), -size / 2)
    found = session.gradients({"x": subject.x}, target, training=True)
    slope = 2 / size * (found.output - target)
    of_input = (found.inputs["x"] * subject.x).reshape(BATCH, -1)
    return (slope * found.output).sum(axis=1), of_input.sum(axis=1)
