"""Gaussian error linear unit (Hendrycks and Gimpel 2016), tanh approximation.

    y = x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))

PyTorch, TensorFlow and MXNet default to the exact form instead, which is the op `gelu_erf`.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class GeluTanh(Op):
    kind: ClassVar[str] = "gelu_tanh"
    stem: ClassVar[str] = "gelu"

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]


def gelu_tanh(x: Tensor, *, name: str | None = None) -> Tensor:
    """Element by element, shape kept."""
    return apply(GeluTanh, x, name=name)
