"""Adagrad (Duchi, Hazan and Singer 2011, figure 1, diagonal matrices).

    accumulator = accumulator + gradient^2        (starts at initial_accumulator)
    parameter   = parameter - rate * gradient / denominator
    denominator = sqrt(accumulator) + epsilon     with epsilon_placement "outside" the root
                  sqrt(accumulator + epsilon)     with "inside"

Outside is the paper's, PyTorch's and Chainer's; inside Keras's, Optax's and MXNet's. The
accumulator starts at 0 in PyTorch, MXNet and Chainer, at 0.1 in Keras and Optax. Defaults are
PyTorch's.
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
    Optimizer,
    register_optimizer,
)


@register_optimizer
@attrs.frozen(kw_only=True)
class Adagrad(Optimizer):
    kind: ClassVar[str] = "adagrad"

    learning_rate: float = real(*RATES, default=0.01)
    initial_accumulator: float = real(0.0, 1e6, default=0.0)
    epsilon: float = real(*EPSILONS, default=1e-10)
    epsilon_placement: str = choice("outside", "inside", default="outside")
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)
