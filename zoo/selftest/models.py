"""Small models, each with as few layers as let some faults show.

Their arguments are what faults change: with another argument, a model is the model with the fault.
Sizes that a mistake could interchange are equal, so that no shape gives it away.
"""

from __future__ import annotations

from typing import Any, Callable

from zoo.ops import (
    batch_norm,
    concatenate,
    conv2d,
    dense,
    dropout,
    embedding,
    flatten,
    global_avg_pool,
    input,
    layer_norm,
    learned_positions,
    mean,
    relu,
    reshape,
    select,
    self_attention,
    tanh,
    transpose,
)
from zoo.spec.graph import Spec
from zoo.spec.trace import Tensor, trace
from zoo.training import SGD, MeanSquaredError

Layer = Callable[..., Tensor]


def spec_of(function: Layer, /, **arguments: Any) -> Spec:
    """The specification of one of the functions below."""
    return trace(
        lambda: function(**arguments),
        name=function.__name__,
        summary=f"Selftest model {function.__name__}",
        loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=0.05, momentum=0.9),
    )


def activated(activation: Layer = relu) -> Tensor:
    x = activation(dense(input("x", (5,)), 5, name="first"), name="act")
    return dense(x, 3, name="last")


def convolved(**attributes: Any) -> Tensor:
    x = conv2d(input("image", (4, 6, 6)), 4, 3, **attributes, name="conv")
    return dense(global_avg_pool(tanh(x)), 3, name="last")


def pooled(pool: Layer, **attributes: Any) -> Tensor:
    x = conv2d(input("image", (2, 6, 6)), 2, 1, name="mix")
    x = pool(x, 3, **attributes, name="pool")
    return dense(global_avg_pool(tanh(x)), 3, name="last")


def flattened() -> Tensor:
    x = conv2d(input("image", (3, 3, 3)), 3, 1, name="mix")
    return dense(flatten(x, name="flat"), 3, name="last")


def normalized(**attributes: Any) -> Tensor:
    x = batch_norm(conv2d(input("image", (3, 4, 4)), 3, 1, name="mix"), **attributes, name="norm")
    return dense(global_avg_pool(tanh(x)), 3, name="last")


def ordered(*, relu_first: bool) -> Tensor:
    x = dense(input("x", (5,)), 4, name="mix")
    if relu_first:
        x = batch_norm(relu(x, name="act"), name="norm")
    else:
        x = relu(batch_norm(x, name="norm"), name="act")
    return dense(x, 3, name="last")


def layer_normalized(**attributes: Any) -> Tensor:
    x = layer_norm(dense(input("x", (3, 4)), 4, name="mix"), **attributes, name="norm")
    return dense(tanh(x), 3, name="last")


def dropped(drop_rate: float = 0.4, form: str = "inverted") -> Tensor:
    x = dropout(dense(input("x", (5,)), 6, name="mix"), drop_rate, form=form, name="drop")
    return dense(x, 3, name="last")


def attended(heads: int = 2, **attributes: Any) -> Tensor:
    x = self_attention(input("x", (4, 8)), heads, **attributes, name="attention")
    return dense(tanh(x), 3, name="last")


def embedded() -> Tensor:
    x = embedding(input("tokens", (4,), dtype="int", below=6), 6, 4, name="rows")
    x = learned_positions(x, name="positions")
    return dense(tanh(x), 3, name="last")


def weighed(function: Layer, axis: int) -> Tensor:
    x = function(dense(input("x", (4, 4)), 4, name="mix"), axis=axis, name="weights")
    return dense(x, 3, name="last")


def averaged(axis: int) -> Tensor:
    x = mean(dense(input("x", (4, 4)), 4, name="mix"), axis=axis, name="mean")
    return dense(x, 3, name="last")


def selected(**attributes: Any) -> Tensor:
    x = select(dense(input("x", (4, 4)), 4, name="mix"), **attributes, name="select")
    return dense(x, 3, name="last")


def transposed(axes: tuple[int, int, int]) -> Tensor:
    x = transpose(dense(input("x", (3, 3, 3)), 3, name="mix"), axes, name="turn")
    return dense(x, 2, name="last")


def joined(order: tuple[int, int]) -> Tensor:
    x = input("x", (5,))
    parts = (dense(x, 4, name="one"), tanh(dense(x, 4, name="two")))
    x = concatenate(*(parts[index] for index in order), axis=1, name="join")
    return dense(x, 3, name="last")


def combined(combine: Layer) -> Tensor:
    x = dense(input("x", (5,)), 4, name="mix")
    x = combine(x, tanh(dense(x, 4, name="inner")), name="sum")
    return dense(x, 3, name="last")


def trained() -> Tensor:
    x = batch_norm(dense(input("x", (5,)), 4, name="first"), name="norm")
    return dense(tanh(x), 3, name="last")


def unchanged(x: Tensor, *, name: str) -> Tensor:
    """In the place of a layer that was left out."""
    return reshape(x, x.shape, name=name)


def second(_x: Tensor, y: Tensor, *, name: str) -> Tensor:
    """In the place of a sum whose first part was left out."""
    return unchanged(y, name=name)
