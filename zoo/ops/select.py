"""One position along one axis, which goes away: for example the first token of a sequence."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import integer
from zoo.spec.op import AlongAxis, Op, TensorType, need_float, register, resolve_axis
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Select(AlongAxis):
    kind: ClassVar[str] = "select"
    stem: ClassVar[str] = "select"

    index: int = integer(0)

    @classmethod
    def of(cls, *inputs: TensorType, **attributes: Any) -> Op:
        """A negative index counts from the end."""
        (x,), index = inputs, attributes["index"]
        axis = resolve_axis(cls.kind, attributes["axis"], x)
        size = x.shape[axis - 1]
        from_start = index + size if type(index) is int and -size <= index < 0 else index
        return cls(axis=axis, index=from_start)

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
    return apply(Select, x, name=name, axis=axis, index=index)
