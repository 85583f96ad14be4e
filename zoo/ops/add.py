"""Sum of two or more tensors of one shape."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, register, same_types
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Add(Op):
    kind: ClassVar[str] = "add"
    stem: ClassVar[str] = "add"
    arity: ClassVar[tuple[int, int]] = (2, 16)

    def infer(self, *inputs: TensorType) -> TensorType:
        return same_types(self, *inputs)

    def flops(self, *inputs: TensorType) -> int:
        return (len(inputs) - 1) * inputs[0].elements


def add(*tensors: Tensor, name: str | None = None) -> Tensor:
    """All of one shape, which is kept; nothing is broadcast."""
    return apply(Add, *tensors, name=name)
