"""Mean over one axis, which goes away."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import AlongAxis, TensorType, need_float, register, resolve_axis
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Mean(AlongAxis):
    kind: ClassVar[str] = "mean"
    stem: ClassVar[str] = "mean"

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_float(self, x)
        axis = resolve_axis(self.kind, self.axis, x) - 1
        return TensorType((*x.shape[:axis], *x.shape[axis + 1 :]))

    def flops(self, *inputs: TensorType) -> int:
        return inputs[0].elements


def mean(x: Tensor, *, axis: int, name: str | None = None) -> Tensor:
    """`axis` counts the batch as 0 and is stored as a positive number."""
    return apply(Mean, x, name=name, axis=axis)
