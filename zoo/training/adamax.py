"""Adamax (Kingma and Ba 2015, algorithm 2), with an epsilon, which the paper does not have.

    first_moment = beta1 * first_moment + (1 - beta1) * gradient
    norm         = max(beta2 * norm, |gradient| + epsilon)   with epsilon_placement "inside" the max
                   max(beta2 * norm, |gradient|)             with "outside"
    denominator  = norm                                      with "inside"
                   norm + epsilon                            with "outside"
    parameter    = parameter - rate / (1 - beta1^t) * first_moment / denominator

t is the number of the step, from 1; everything starts at zero. Inside is PyTorch's, outside
Keras's; MXNet has no epsilon and divides 0 by 0 where a gradient is 0. The rate 0.002 and the betas
are the paper's (Keras's rate: 0.001), epsilon 1e-8 is PyTorch's (Keras: 1e-7).
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
class Adamax(Optimizer):
    kind: ClassVar[str] = "adamax"

    learning_rate: float = real(*RATES, default=0.002)
    beta1: float = real(*SHARES, default=0.9)
    beta2: float = real(*SHARES, default=0.999)
    epsilon: float = real(*EPSILONS, default=1e-8)
    epsilon_placement: str = choice("inside", "outside", default="inside")
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
