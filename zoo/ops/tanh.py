"""Hyperbolic tangent."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Tanh(Op):
    kind: ClassVar[str] = "tanh"
    stem: ClassVar[str] = "tanh"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]


def tanh(x: Tensor, *, name: str | None = None) -> Tensor:
    """Element by element, shape kept."""
    return apply(Tanh, x, name=name)
