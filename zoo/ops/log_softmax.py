"""Logarithm of the softmax along one axis: x - log(sum(exp(x)))."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import AlongAxis, TensorType, need_float, register, resolve_axis
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class LogSoftmax(AlongAxis):
    kind: ClassVar[str] = "log_softmax"
    stem: ClassVar[str] = "log_softmax"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        resolve_axis(self.kind, self.axis, inputs[0])
        return inputs[0]

    def flops(self, *inputs: TensorType) -> int:
        return 5 * inputs[0].elements


def log_softmax(x: Tensor, *, axis: int = -1, name: str | None = None) -> Tensor:
    """Shape kept; `axis` counts the batch as 0 and is stored as a positive number."""
    return apply(LogSoftmax, x, name=name, axis=axis)
