"""Mean squared error: loss = mean of (output - target)^2 over the batch and every element.

There is no factor of one half (Gluon's L2Loss has one), and the mean is over all elements.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.op import TensorType
from zoo.training.base import Loss, register_loss


@register_loss
@attrs.frozen(kw_only=True)
class MeanSquaredError(Loss):
    """Targets are floats of the output's shape."""

    kind: ClassVar[str] = "mean_squared_error"

    def check(self, output: TensorType) -> None:
        if output.dtype != "float":
            raise SpecError(f"mean_squared_error needs floats, got {output}")

    def target(self, output: TensorType) -> TensorType:
        return output
