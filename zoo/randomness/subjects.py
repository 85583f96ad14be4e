"""Models that give away what was dropped, in the weights that a step of training leaves.

Two layers that drop stand side by side, each read by a dense layer that has a unit for each example
of the batch. Its weight is zero, and the targets are such that the gradient of its row o is what
came from example o. Plain gradient descent at rate 1 leaves the negative of it there: zero where it
was dropped.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, Tuple

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.ops import concatenate, dense, dropout, flatten, input, self_attention
from zoo.spec.graph import Spec
from zoo.spec.initial import uniform
from zoo.spec.trace import Tensor, trace
from zoo.training import SGD, MeanSquaredError

Array = NDArray[Any]

LAYERS = 2
BATCH = POSITIONS = 64  # equal, so that an identity can be the weight
HEADS = LENGTH = 4
FEATURES = POSITIONS // LENGTH


@attrs.frozen(eq=False)
class Subject:
    """A model with two layers that drop.

    Attributes:
        name: what drops.
        spec: the model.
        drop_rate: of both layers.
        in_training: what is kept is multiplied by it in training.
        in_evaluation: everything is multiplied by it in evaluation.
        x: a batch of inputs.
        whole: what a dense layer gets if nothing is dropped or scaled, (batch, positions).
        around: parameters of each layer that drops, if it has any.
    """

    name: str
    spec: Spec
    drop_rate: float
    in_training: float
    in_evaluation: float
    x: Array
    whole: Array
    around: Mapping[str, Array] = attrs.field(factory=dict)

    def state(self, weight: Array) -> dict[str, Array]:
        """All parameters, with this weight for the dense layers."""
        state = {}
        for layer in range(LAYERS):
            state.update({f"drop{layer}.{name}": array for name, array in self.around.items()})
            state[f"read{layer}.weight"] = weight
        return state

    @property
    def target(self) -> Array:
        """Of the training step; half the divisor of the mean, a power of two, rounds nothing."""
        half = BATCH * LAYERS * POSITIONS / 2
        return np.tile(-half * np.eye(BATCH), LAYERS)


def subjects(drop_rate: float) -> Tuple[Subject, ...]:
    """Dropout in both forms, and that of attention's probabilities."""
    return (
        _dropout("dropout", drop_rate, "inverted", 1 / (1 - drop_rate), 1.0),
        _dropout("original dropout", drop_rate, "original", 1.0, 1 - drop_rate),
        _attention("attention", drop_rate),
    )


def _dropout(
    name: str, drop_rate: float, form: str, in_training: float, in_evaluation: float
) -> Subject:
    spec = _spec(name, (POSITIONS,), lambda x, n: dropout(x, drop_rate, form=form, name=n))
    x = 1.0 + uniform((BATCH, POSITIONS), "randomness")
    return Subject(name, spec, drop_rate, in_training, in_evaluation, x, x)


def _attention(name: str, drop_rate: float) -> Subject:
    """All probabilities are equal, and each goes to an output of its own: values are unit vectors.

    Output `head * LENGTH + key` of a query is the probability of the key in that head.
    """

    def layer(x: Tensor, n: str) -> Tensor:
        return flatten(self_attention(x, HEADS, drop_rate=drop_rate, name=n))

    spec = _spec(name, (LENGTH, FEATURES), layer)
    same, nothing = np.eye(FEATURES), np.zeros((FEATURES, FEATURES))
    around = {
        "in_proj_weight": np.concatenate([nothing, nothing, same]),
        "in_proj_bias": np.zeros(3 * FEATURES),
        "out_proj.weight": same,
        "out_proj.bias": np.zeros(FEATURES),
    }
    x = np.tile(np.eye(LENGTH), (BATCH, 1, HEADS))
    whole = np.full((BATCH, POSITIONS), 1 / LENGTH)
    return Subject(name, spec, drop_rate, 1 / (1 - drop_rate), 1.0, x, whole, around)


def _spec(name: str, shape: Tuple[int, ...], layer: Callable[[Tensor, str], Tensor]) -> Spec:
    def model() -> Tensor:
        x = input("x", shape)
        parts = [
            dense(layer(x, f"drop{n}"), POSITIONS, bias=False, name=f"read{n}")
            for n in range(LAYERS)
        ]
        return concatenate(*parts, axis=1)

    return trace(
        model,
        name=f"{name.replace(' ', '_')}_drawn",
        summary=f"Shows what {name} draws",
        loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=1.0),
    )
