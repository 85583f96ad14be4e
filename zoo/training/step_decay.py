"""A learning rate that falls in steps: the factor is factor^floor(step / every).

The first `every` steps have the factor 1. PyTorch's StepLR(step_size=every, gamma=factor), Keras's
ExponentialDecay with staircase=True.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import integer, real
from zoo.training.base import Schedule, register_schedule


@register_schedule
@attrs.frozen(kw_only=True)
class StepDecay(Schedule):
    kind: ClassVar[str] = "step_decay"

    every: int = integer(1)
    factor: float = real(1e-6, 1.0, default=0.1)

    def after_warmup(self, step: int) -> float:
        return self.factor ** (step // self.every)
