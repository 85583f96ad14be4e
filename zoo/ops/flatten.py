"""All axes but the batch become one, the last axis varying fastest (channels, h, w in order)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import Value
from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Flatten(Op):
    kind: ClassVar[str] = "flatten"
    stem: ClassVar[str] = "flatten"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return TensorType((inputs[0].elements,))

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"elements": inputs[0].elements}

    def flops(self, *inputs: TensorType) -> int:
        return 0


def flatten(x: Tensor, *, name: str | None = None) -> Tensor:
    """(batch, a, b, ...) -> (batch, a * b * ...)."""
    return apply(Flatten, x, name=name)
