"""Softmax cross-entropy with integer labels: loss = mean of -log softmax(logits)[label].

With label smoothing (Szegedy et al. 2016, section 7) it is the cross-entropy with the targets

    (1 - label_smoothing) * one_hot(label) + label_smoothing / classes

as in PyTorch and Keras. The model's output is the logits, classes on the last axis; the mean runs
over the batch and over every further position. Frameworks differ in class axis, reduction and
whether logits or probabilities are meant; here it is always logits, last axis, mean.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import real
from zoo.spec.op import TensorType
from zoo.training.base import Loss, register_loss


@register_loss
@attrs.frozen(kw_only=True)
class SoftmaxCrossEntropy(Loss):
    """Labels are integers from 0 to classes - 1, shaped like the output without its last axis."""

    kind: ClassVar[str] = "softmax_cross_entropy"
    later: ClassVar[tuple[str, ...]] = ("label_smoothing",)

    label_smoothing: float = real(0.0, 1.0, default=0.0)

    def check(self, output: TensorType) -> None:
        if output.dtype != "float" or not output.shape or output.shape[-1] < 2:
            raise SpecError(
                "softmax_cross_entropy needs logits of at least two classes on the last axis, "
                f"got {output}"
            )

    def target(self, output: TensorType) -> TensorType:
        return TensorType(output.shape[:-1], "int")
