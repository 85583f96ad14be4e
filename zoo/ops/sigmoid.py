"""Logistic sigmoid: 1 / (1 + exp(-x))."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Sigmoid(Op):
    kind: ClassVar[str] = "sigmoid"
    stem: ClassVar[str] = "sigmoid"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]


def sigmoid(x: Tensor, *, name: str | None = None) -> Tensor:
    """Element by element, shape kept."""
    return apply(Sigmoid, x, name=name)
