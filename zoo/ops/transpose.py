"""Axes in another order; the batch stays first."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import integers
from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Transpose(Op):
    kind: ClassVar[str] = "transpose"
    stem: ClassVar[str] = "transpose"

    axes: tuple[int, ...] = integers(1, 16)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_float(self, x)
        if sorted(self.axes) != list(range(1, len(x.shape) + 1)):
            raise SpecError(
                f"transpose: axes must be an order of 1 to {len(x.shape)} for {x}, got {self.axes}"
            )
        return TensorType(tuple(x.shape[axis - 1] for axis in self.axes))

    def flops(self, *inputs: TensorType) -> int:
        return 0


def transpose(x: Tensor, axes: tuple[int, ...], *, name: str | None = None) -> Tensor:
    """Axis i of the result (from 1) is axis `axes[i - 1]` of the input; axis 0 is the batch."""
    return apply(Transpose, x, name=name, axes=axes)
