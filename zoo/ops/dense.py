"""Fully connected layer on the last axis: y = x W^T + b, with W of shape (units, features).

It acts on the last axis whatever the rank (Gluon and Chainer flatten unless told otherwise).
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import Value, flag, integer
from zoo.spec.op import Op, State, TensorType, glorot_std, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Dense(Op):
    kind: ClassVar[str] = "dense"
    stem: ClassVar[str] = "dense"

    units: int = integer(1)
    bias: bool = flag(True)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_float(self, x)
        if not x.shape:
            raise SpecError(f"dense needs features on the last axis, got {x}")
        return TensorType((*x.shape[:-1], self.units))

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        features = inputs[0].shape[-1]
        weight = State(
            "weight", (self.units, features), law="normal", std=glorot_std(features, self.units)
        )
        return (weight, State("bias", (self.units,))) if self.bias else (weight,)

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"in_features": inputs[0].shape[-1]}

    def flops(self, *inputs: TensorType) -> int:
        out = self.infer(*inputs).elements
        return 2 * out * inputs[0].shape[-1] + (out if self.bias else 0)


def dense(x: Tensor, units: int, *, bias: bool = True, name: str | None = None) -> Tensor:
    """(batch, ..., features) -> (batch, ..., units)."""
    return apply(Dense, x, name=name, units=units, bias=bias)
