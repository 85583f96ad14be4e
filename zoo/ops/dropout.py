"""Dropout (Srivastava et al. 2014), in either of its two forms.

                inverted                         original
    training    y = x * mask / (1 - drop_rate)   y = x * mask
    evaluation  y = x                            y = x * (1 - drop_rate)

The mask is 0 with probability `drop_rate`, else 1, for each element of each example by itself;
TensorFlow 1 had the complement of that rate, keep_prob.

The original form is that of the paper, whose section 4 multiplies the weights that read y by the
probability of keeping at test time, which is to multiply y (Goodfellow et al. 2016, section 7.12:
the weight scaling inference rule). Nearly all frameworks mean the inverted form (section 10 of the
paper; the name is that of the CS231n notes), which leaves evaluation alone; PaddlePaddle has both,
as the modes upscale_in_train and downscale_in_infer.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import choice, real
from zoo.spec.op import Mask, Op, TensorType, need_float, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Dropout(Op):
    kind: ClassVar[str] = "dropout"
    stem: ClassVar[str] = "dropout"
    later: ClassVar[tuple[str, ...]] = ("form",)

    drop_rate: float = real(0.0, 0.99, argument=True)
    form: str = choice("inverted", "original", default="inverted")

    def infer(self, *inputs: TensorType) -> TensorType:
        need_float(self, inputs[0])
        return inputs[0]

    def masks(self, *inputs: TensorType) -> tuple[Mask, ...]:
        return (Mask("mask", inputs[0].shape, self.drop_rate),) if self.drop_rate else ()

    def flops(self, *inputs: TensorType) -> int:
        scales = self.form == "original" and self.drop_rate > 0
        return inputs[0].elements if scales else 0


def dropout(
    x: Tensor, drop_rate: float, *, form: str = "inverted", name: str | None = None
) -> Tensor:
    """Keeps the shape; drops each element independently with probability `drop_rate`.

    The form "inverted" scales what is kept in training, "original" everything in evaluation.
    """
    return apply(Dropout, x, name=name, drop_rate=drop_rate, form=form)
