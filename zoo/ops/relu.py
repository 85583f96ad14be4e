"""Rectified linear unit: max(x, 0), with derivative 0 at 0."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Relu(Op):
    kind: ClassVar[str] = "relu"
    stem: ClassVar[str] = "relu"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]


def relu(x: Tensor, *, name: str | None = None) -> Tensor:
    """Element by element, shape kept."""
    return apply(Relu, x, name=name)
