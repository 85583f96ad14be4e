"""Adadelta (Zeiler 2012, algorithm 1), with a learning rate, which the paper does not have.

    square_average       = rho * square_average + (1 - rho) * gradient^2
    delta                = sqrt(delta_square_average + epsilon) / sqrt(square_average + epsilon)
                           * gradient
    delta_square_average = rho * delta_square_average + (1 - rho) * delta^2
    parameter            = parameter - rate * delta

Both averages start at zero. Every framework has this formula; MXNet and Chainer have no learning
rate, and MXNet's weight decay is decoupled without a rate. The defaults are the paper's (section
4.1); PyTorch has rho 0.9, Keras the rate 0.001 and epsilon 1e-7.
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
class Adadelta(Optimizer):
    kind: ClassVar[str] = "adadelta"

    learning_rate: float = real(*RATES, default=1.0)
    rho: float = real(*SHARES, default=0.95)
    epsilon: float = real(*EPSILONS, default=1e-6)
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
