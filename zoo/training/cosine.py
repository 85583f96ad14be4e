"""Half a cosine from 1 to end_fraction (Loshchilov and Hutter 2017, equation 5, no restarts).

    factor = end_fraction + (1 - end_fraction) * (1 + cos(pi * min(step, steps) / steps)) / 2

It is 1 at the first step and end_fraction from the step `steps` on. PyTorch's
CosineAnnealingLR(T_max=steps, eta_min=end_fraction * learning_rate) is the same up to there and
rises again afterwards; Keras's CosineDecay(decay_steps=steps, alpha=end_fraction) is the same.
"""

from __future__ import annotations

import math
from typing import ClassVar

import attrs

from zoo.spec.declared import integer, real
from zoo.training.base import Schedule, register_schedule


@register_schedule
@attrs.frozen(kw_only=True)
class Cosine(Schedule):
    kind: ClassVar[str] = "cosine"

    steps: int = integer(1)
    end_fraction: float = real(0.0, 1.0, default=0.0)

    def after_warmup(self, step: int) -> float:
        turn = math.pi * min(step, self.steps) / self.steps
        return self.end_fraction + (1.0 - self.end_fraction) * (1.0 + math.cos(turn)) / 2.0
