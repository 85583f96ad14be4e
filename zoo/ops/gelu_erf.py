"""Gaussian error linear unit (Hendrycks and Gimpel 2016), exact: x / 2 * (1 + erf(x / sqrt(2))).

JAX and `keras.ops` default to the tanh approximation instead, which is the op `gelu_tanh`.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class GeluErf(Op):
    kind: ClassVar[str] = "gelu_erf"
    stem: ClassVar[str] = "gelu"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]


def gelu_erf(x: Tensor, *, name: str | None = None) -> Tensor:
    """Element by element, shape kept."""
    return apply(GeluErf, x, name=name)
