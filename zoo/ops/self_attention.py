"""Multi-head self-attention (Vaswani et al. 2017, section 3.2.2).

    q, k, v = x in_proj_weight^T + in_proj_bias, split in three, then into heads
    p       = dropout(softmax(q k^T / sqrt(features / heads)))
    y       = concat(p v) out_proj.weight^T + out_proj.bias

A causal layer lets position i see positions 0 to i. Dropout acts on the probabilities, with one
independent mask for each example and head. Parameters are named and packed as in
torch.nn.MultiheadAttention.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import Value, flag, integer, real
from zoo.spec.op import Mask, Op, State, TensorType, glorot_std, need_rank, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class SelfAttention(Op):
    kind: ClassVar[str] = "self_attention"
    stem: ClassVar[str] = "attention"

    heads: int = integer(1, 4096)
    causal: bool = flag(False)
    drop_rate: float = real(0.0, 0.99, default=0.0, argument=True)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_rank(self, x, 3)
        if x.shape[1] % self.heads:
            raise SpecError(
                f"self_attention: heads must divide the features, got {self.heads} heads for {x}"
            )
        return x

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        size = inputs[0].shape[1]
        std = glorot_std(size, size)
        return (
            State("in_proj_weight", (3 * size, size), law="normal", std=std),
            State("in_proj_bias", (3 * size,)),
            State("out_proj.weight", (size, size), law="normal", std=std),
            State("out_proj.bias", (size,)),
        )

    def masks(self, *inputs: TensorType) -> tuple[Mask, ...]:
        length = inputs[0].shape[0]
        shape = (self.heads, length, length)
        return (Mask("mask", shape, self.drop_rate),) if self.drop_rate else ()

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"length": inputs[0].shape[0], "in_features": inputs[0].shape[1]}

    def flops(self, *inputs: TensorType) -> int:
        length, size = inputs[0].shape
        projections = 8 * length * size * size + 4 * length * size
        return projections + 4 * length * length * size + 6 * self.heads * length * length


def self_attention(
    x: Tensor,
    heads: int,
    *,
    causal: bool = False,
    drop_rate: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """(batch, length, features), shape kept; `heads` divides `features`."""
    return apply(SelfAttention, x, name=name, heads=heads, causal=causal, drop_rate=drop_rate)
