"""RMSprop (Tieleman and Hinton 2012, lecture 6e), centered as in Graves (2013), with momentum.

    square_average = rho * square_average + (1 - rho) * gradient^2
    average        = rho * average + (1 - rho) * gradient         with centered
    spread         = square_average - average^2                   with centered,
                     else square_average
    denominator    = sqrt(spread) + epsilon       with epsilon_placement "outside" the root
                     sqrt(spread + epsilon)       with "inside"
    velocity       = momentum * velocity + gradient / denominator
    parameter      = parameter - rate * velocity

Everything starts at zero; without momentum there is no velocity. Outside is PyTorch's, and
Chainer's default; inside Keras's, MXNet's and Optax's. The rate stands outside the velocity, as in
PyTorch; inside in Keras and Optax, which is the same while it is constant. MXNet's centered form is
Graves's, with a momentum of 0.9 that is built in. rho 0.9 is the lecture's, Keras's, MXNet's and
Optax's (PyTorch and Chainer: 0.99), the rate 0.001 the lecture's and Keras's (PyTorch: 0.01),
epsilon PyTorch's and Chainer's (Keras: 1e-7).
"""

from __future__ import annotations

from typing import ClassVar, Tuple

import attrs

from zoo.spec.declared import choice, flag, real, subset
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
class RMSprop(Optimizer):
    kind: ClassVar[str] = "rmsprop"

    learning_rate: float = real(*RATES, default=0.001)
    rho: float = real(*SHARES, default=0.9)
    momentum: float = real(0.0, 1.0, default=0.0)
    centered: bool = flag(False)
    epsilon: float = real(*EPSILONS, default=1e-8)
    epsilon_placement: str = choice("outside", "inside", default="outside")
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
