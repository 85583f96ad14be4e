"""Adam (Kingma and Ba 2015).

    first_moment  = beta1 * first_moment + (1 - beta1) * gradient
    second_moment = beta2 * second_moment + (1 - beta2) * gradient^2

With epsilon_placement "outside" (algorithm 1 of the paper; PyTorch, Optax),

    parameter = parameter - rate * (first_moment / (1 - beta1^t))
                            / (sqrt(second_moment / (1 - beta2^t)) + epsilon)

and with "uncorrected" (the end of its section 2; Keras, MXNet, Chainer), where epsilon counts
1 / sqrt(1 - beta2^t) times as much, 31.6 times at the first step,

    parameter = parameter - rate * sqrt(1 - beta2^t) / (1 - beta1^t)
                            * first_moment / (sqrt(second_moment) + epsilon)

t is the number of the step, from 1; both moments start at zero. The defaults are the paper's; Keras
has epsilon 1e-7. With decay "decoupled" this is AdamW.
"""

from __future__ import annotations

from typing import ClassVar, Tuple

import attrs

from zoo.spec.declared import choice, real, subset
from zoo.training.base import (
    DECAY_RATES,
    DECAYS,
    EPSILONS,
    EXCLUDED,
    RATES,
    SHARES,
    Optimizer,
    register_optimizer,
)


@register_optimizer
@attrs.frozen(kw_only=True)
class Adam(Optimizer):
    kind: ClassVar[str] = "adam"

    learning_rate: float = real(*RATES, default=0.001)
    beta1: float = real(*SHARES, default=0.9)
    beta2: float = real(*SHARES, default=0.999)
    epsilon: float = real(*EPSILONS, default=1e-8)
    epsilon_placement: str = choice("outside", "uncorrected", default="outside")
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
