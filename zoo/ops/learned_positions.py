"""Learned position embeddings, added: y = x + weight, weight of shape (length, features)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import Value
from zoo.spec.op import Op, State, TensorType, need_rank, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class LearnedPositions(Op):
    kind: ClassVar[str] = "learned_positions"
    stem: ClassVar[str] = "positions"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_rank(self, inputs[0], 3)
        return inputs[0]

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        return (State("weight", inputs[0].shape, law="normal", std=0.02),)

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"length": inputs[0].shape[0], "in_features": inputs[0].shape[1]}


def learned_positions(x: Tensor, *, name: str | None = None) -> Tensor:
    """(batch, length, features), shape kept; the same rows are added for every example."""
    return apply(LearnedPositions, x, name=name)
