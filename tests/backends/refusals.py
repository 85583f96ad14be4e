"""Models at the edge of what frameworks express; expected.toml says which are refused."""

from __future__ import annotations

from zoo.ops import dense, input, transpose
from zoo.spec import Spec, Tensor
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError


def _more_than_six_axes() -> Tensor:
    x = input("x", (2, 1, 2, 1, 2, 3))
    return dense(transpose(x, (1, 3, 2, 5, 4, 6)), 2)


REFUSALS: dict[str, Spec] = {
    "more_than_six_axes": trace(
        _more_than_six_axes, name="axes", summary="Axes", loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=0.1),
    )
}  # fmt: skip
