"""Inverted dropout (Srivastava et al. 2014, scaled in training as frameworks do).

    training    y = x * mask / (1 - drop_rate),  mask 0 with probability drop_rate, else 1
    evaluation  y = x

`drop_rate` is the probability of zero (TensorFlow 1 had its complement, keep_prob).
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Mask, Op, TensorType, need_float, real, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Dropout(Op):
    kind: ClassVar[str] = "dropout"
    stem: ClassVar[str] = "dropout"

    drop_rate: float = real(0.0, 0.99, argument=True)

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]

    def masks(self, *inputs: TensorType) -> tuple[Mask, ...]:
        return (Mask("mask", inputs[0].shape, self.drop_rate),) if self.drop_rate else ()

    def flops(self, *inputs: TensorType) -> int:
        return 0


def dropout(x: Tensor, drop_rate: float, *, name: str | None = None) -> Tensor:
    """Keeps the shape; drops each element independently with probability `drop_rate`."""
    return apply(lambda: Dropout(drop_rate=drop_rate), x, name=name)
