"""Tensors joined along one axis; all other axes agree."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.op import AlongAxis, TensorType, need_float, register, resolve_axis
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Concatenate(AlongAxis):
    kind: ClassVar[str] = "concatenate"
    stem: ClassVar[str] = "concatenate"
    arity: ClassVar[tuple[int, int]] = (2, 16)

    def infer(self, *inputs: TensorType) -> TensorType:
        first = inputs[0]
        axis = resolve_axis(self.kind, self.axis, first) - 1
        for x in inputs:
            need_float(self, x)
            rest = [(*t.shape[:axis], *t.shape[axis + 1 :]) for t in (first, x)]
            if len(x.shape) != len(first.shape) or rest[0] != rest[1]:
                raise SpecError(
                    f"concatenate: all axes but {axis + 1} must agree, got {first} and {x}"
                )
        size = sum(x.shape[axis] for x in inputs)
        return TensorType((*first.shape[:axis], size, *first.shape[axis + 1 :]))

    def flops(self, *inputs: TensorType) -> int:
        return 0


def concatenate(*tensors: Tensor, axis: int, name: str | None = None) -> Tensor:
    """`axis` counts the batch as 0 and is stored as a positive number."""
    return apply(Concatenate, *tensors, name=name, axis=axis)
