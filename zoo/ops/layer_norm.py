"""Layer normalization (Ba et al. 2016) over the last axis.

    y = (x - mean) / sqrt(var + epsilon) * weight + bias,  var divided by n

Epsilon defaults to PyTorch's and Gluon's 1e-5; Keras has 1e-3, Flax and Chainer's link 1e-6.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import Value, real
from zoo.spec.op import Op, State, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class LayerNorm(Op):
    kind: ClassVar[str] = "layer_norm"
    stem: ClassVar[str] = "norm"

    epsilon: float = real(1e-12, 1.0, default=1e-5)

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        if not inputs[0].shape:
            raise SpecError(f"layer_norm needs features on the last axis, got {inputs[0]}")
        return inputs[0]

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        shape = inputs[0].shape[-1:]
        return (
            State("weight", shape, law="ones", group="norm"),
            State("bias", shape, group="norm"),
        )

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"in_features": inputs[0].shape[-1]}

    def flops(self, *inputs: TensorType) -> int:
        return 8 * inputs[0].elements


def layer_norm(x: Tensor, *, epsilon: float = 1e-5, name: str | None = None) -> Tensor:
    """(batch, ..., features), shape kept."""
    return apply(LayerNorm, x, name=name, epsilon=epsilon)
