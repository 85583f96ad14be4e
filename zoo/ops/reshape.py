"""Another shape with the same elements in the same (row-major) order; the batch stays apart."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import integers
from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Reshape(Op):
    kind: ClassVar[str] = "reshape"
    stem: ClassVar[str] = "reshape"

    shape: tuple[int, ...] = integers(1)

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        out = TensorType(self.shape)
        if out.elements != inputs[0].elements:
            raise SpecError(
                f"reshape: {inputs[0]} has {inputs[0].elements} elements for each example, "
                f"{out} would have {out.elements}"
            )
        return out

    def flops(self, *inputs: TensorType) -> int:
        return 0


def reshape(x: Tensor, shape: tuple[int, ...], *, name: str | None = None) -> Tensor:
    """(batch, ...) -> (batch, *shape); `shape` excludes the batch."""
    return apply(Reshape, x, name=name, shape=shape)
