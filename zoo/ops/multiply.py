"""Element-wise product of two or more tensors of one shape."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, register, same_types
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Multiply(Op):
    kind: ClassVar[str] = "multiply"
    stem: ClassVar[str] = "multiply"
    arity: ClassVar[tuple[int, int]] = (2, 16)

    def infer(self, *inputs: TensorType) -> TensorType:
        return same_types(self, *inputs)

    def flops(self, *inputs: TensorType) -> int:
        return (len(inputs) - 1) * inputs[0].elements


def multiply(*tensors: Tensor, name: str | None = None) -> Tensor:
    """All of one shape, which is kept; nothing is broadcast."""
    return apply(Multiply, *tensors, name=name)
