"""One position along one axis, which goes away: for example the first token of a sequence."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.op import Op, TensorType, integer, need_float, register, resolve_axis
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Select(Op):
    kind: ClassVar[str] = "select"
    stem: ClassVar[str] = "select"

    axis: int = integer(1, 16)
    index: int = integer(0)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_float(self, x)
        axis = resolve_axis(self.kind, self.axis, x) - 1
        if self.index >= x.shape[axis]:
            raise SpecError(
                f"select: index must be from 0 to {x.shape[axis] - 1} on axis {self.axis} of {x}, "
                f"got {self.index}"
            )
        return TensorType((*x.shape[:axis], *x.shape[axis + 1 :]))

    def flops(self, *inputs: TensorType) -> int:
        return 0


def select(x: Tensor, index: int, *, axis: int, name: str | None = None) -> Tensor:
    """Position `index` of `axis`; both may be negative and are stored as counted from the start."""

    def make() -> Select:
        along = resolve_axis("select", axis, x.type)
        size = x.type.shape[along - 1]
        from_start = index + size if type(index) is int and -size <= index < 0 else index
        return Select(axis=along, index=from_start)

    return apply(make, x, name=name)
