"""AdamW (Loshchilov and Hutter 2019, algorithm 2): Adam, with decoupled weight decay.

    parameter = parameter - rate * weight_decay * parameter,  then Adam's formula

The decay is multiplied by the rate (learning rate and schedule), as in PyTorch, Keras and Optax.
The paper multiplies it by the schedule's factor alone, Chainer by `eta`, which is not its learning
rate. The other defaults are Adam's; 0.01 is PyTorch's (Keras: 0.004, Optax: 0.0001).
"""

from __future__ import annotations

from typing import ClassVar, Tuple

import attrs

from zoo.spec.declared import choice, real, subset
from zoo.training.adam import Adam
from zoo.training.base import DECAY_RATES, EXCLUDED, register_optimizer


@register_optimizer
@attrs.frozen(kw_only=True)
class AdamW(Adam):
    kind: ClassVar[str] = "adamw"

    weight_decay: float = real(*DECAY_RATES, default=0.01)
    decay: str = choice("decoupled", default="decoupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
