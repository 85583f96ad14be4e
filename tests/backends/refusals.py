"""Models at the edge of what frameworks express; expected.toml says which are refused."""

from __future__ import annotations

from zoo.ops import dense, input, transpose
from zoo.spec import Spec, Tensor, block
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError


def _more_than_six_axes() -> Tensor:
    x = input("x", (2, 1, 2, 1, 2, 3))
    return dense(transpose(x, (1, 3, 2, 5, 4, 6)), 2)


@block
def inside(x: Tensor) -> Tensor:
    return dense(x, 2, name="layer")


def _names_that_meet() -> Tensor:
    return dense(inside(input("x", (3,)), name="block"), 2, name="block_layer")


REFUSALS: dict[str, Spec] = {
    function.__name__[1:]: trace(
        function, name="edge", summary="Edge", loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=0.1),
    )
    for function in (_more_than_six_axes, _names_that_meet)
}  # fmt: skip
