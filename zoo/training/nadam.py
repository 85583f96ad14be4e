"""NAdam (Dozat 2016, algorithm 8), with the paper's schedule of the momentum.

    mu(t)         = beta1 * (1 - 0.96^(t momentum_decay) / 2)
    first_moment  = beta1 * first_moment + (1 - beta1) * gradient
    second_moment = beta2 * second_moment + (1 - beta2) * gradient^2
    mean          = (1 - mu(t)) / (1 - mu(1) ... mu(t)) * gradient
                    + mu(t + 1) / (1 - mu(1) ... mu(t + 1)) * first_moment
    parameter     = parameter - rate * mean / (sqrt(second_moment / (1 - beta2^t)) + epsilon)

t is the number of the step, from 1; both moments start at zero. momentum_decay is 0.004 in PyTorch
and MXNet, as in the paper, and 1 in Keras, which has no argument for it. The moments keep the share
beta1 as in these three; the paper's keep mu(t). Optax's nadam has no schedule: another formula.
Defaults are PyTorch's (Keras: rate 0.001, epsilon 1e-7).
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
class NAdam(Optimizer):
    kind: ClassVar[str] = "nadam"

    learning_rate: float = real(*RATES, default=0.002)
    beta1: float = real(*SHARES, default=0.9)
    beta2: float = real(*SHARES, default=0.999)
    momentum_decay: float = real(0.0, 1e3, default=0.004)
    epsilon: float = real(*EPSILONS, default=1e-8)
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
