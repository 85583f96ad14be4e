"""Maximum over a window; padding never wins.

Sizes are rounded down, and a pad is smaller than the kernel, so no window lies wholly in the
padding (where frameworks give minus infinity, the lowest float or nothing at all).
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import integers
from zoo.spec.op import Sliding, TensorType, need_rank, need_small_pads, register, window
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class MaxPool(Sliding):
    kind: ClassVar[str] = "max_pool"
    stem: ClassVar[str] = "pool"

    kernel: tuple[int, int] = integers(1, 4096, count=2, argument=True)
    stride: tuple[int, int] = integers(1, 4096, count=2, argument=True)
    pads: tuple[int, int, int, int] = integers(0, 4096, count=4, default=(0, 0, 0, 0))

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_rank(self, x, 4)
        need_small_pads(self, self.kernel, self.pads)
        size = window(self, x.shape[1:], self.kernel, self.stride, self.pads)
        return TensorType((x.shape[0], *size))

    def flops(self, *inputs: TensorType) -> int:
        return self.infer(*inputs).elements * self.kernel[0] * self.kernel[1]


def max_pool(
    x: Tensor,
    kernel: int | tuple[int, int],
    *,
    stride: int | tuple[int, int] | None = None,
    pads: int | tuple[int, int, int, int] | str = 0,
    name: str | None = None,
) -> Tensor:
    """(batch, channels, h, w) -> (batch, channels, h', w'); the stride defaults to the kernel.

    `pads` are (top, bottom, left, right), one number for all four, or "same", which is resolved
    to the numbers that TensorFlow's rule gives.
    """
    return apply(
        MaxPool,
        x,
        name=name,
        kernel=kernel,
        stride=kernel if stride is None else stride,
        pads=pads,
    )
