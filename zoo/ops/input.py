"""An input of the model: floats of a fixed shape, or integers in [0, below).

It has no inputs itself and no counterpart in the emitted source but a parameter of the forward
pass. Indices out of range mean different things in different frameworks (an error, the last row,
NaN), so the range is part of the model and is checked before anything runs.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import choice, integer, integers
from zoo.spec.op import Op, TensorType, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Input(Op):
    """`shape` excludes the batch."""

    kind: ClassVar[str] = "input"
    stem: ClassVar[str] = "input"
    arity: ClassVar[tuple[int, int]] = (0, 0)

    shape: tuple[int, ...] = integers(1)
    dtype: str = choice("float", "int", default="float")
    below: int = integer(0, default=0)

    def infer(self, *inputs: TensorType) -> TensorType:
        if (self.dtype == "int") != (self.below > 0):
            raise SpecError(
                f"input: integers need `below`, the number of values (0 to below - 1), and floats "
                f"must not have it; got dtype {self.dtype}, below {self.below}"
            )
        return TensorType(self.shape, self.dtype, self.below)

    def flops(self, *inputs: TensorType) -> int:
        return 0


def input(name: str, shape: tuple[int, ...], *, dtype: str = "float", below: int = 0) -> Tensor:
    """An input called `name` of the given shape without the batch, channels first.

    Integers (`dtype="int"`) lie in [0, below).
    """
    return apply(Input, name=name, shape=shape, dtype=dtype, below=below)
