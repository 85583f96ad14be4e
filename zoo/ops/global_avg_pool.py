"""Average over height and width: (channels, h, w) becomes (channels)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_rank, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class GlobalAvgPool(Op):
    kind: ClassVar[str] = "global_avg_pool"
    stem: ClassVar[str] = "pool"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_rank(self, inputs[0], 4)
        return TensorType(inputs[0].shape[:1])

    def flops(self, *inputs: TensorType) -> int:
        return inputs[0].elements


def global_avg_pool(x: Tensor, *, name: str | None = None) -> Tensor:
    """(batch, channels, h, w) -> (batch, channels)."""
    return apply(GlobalAvgPool, x, name=name)
