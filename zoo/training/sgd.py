"""Stochastic gradient descent with momentum (Polyak 1964, in the form of Sutskever et al. 2013).

    velocity  = momentum * velocity + (1 - dampening) * gradient
    direction = gradient + momentum * velocity    with nesterov, else velocity
    parameter = parameter - rate * direction

The first velocity is the first gradient, which dampening leaves as it is (PyTorch, the only
framework that has dampening). Without momentum there is no velocity: the direction is the gradient.

The rate stands outside the velocity, as in PyTorch and Optax. Keras, MXNet and Chainer keep it
inside; the parameters are the same as long as the rate is constant. Chainer's NesterovAG is
another algorithm: in parameter + momentum^2 * velocity - (1 + momentum) * rate * gradient it takes
the new velocity, where the old one would make it this formula.
"""

from __future__ import annotations

from typing import ClassVar, Tuple

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import choice, flag, real, subset
from zoo.training.base import (
    DECAY_RATES,
    DECAYS,
    EXCLUDED,
    RATES,
    Optimizer,
    register_optimizer,
)


@register_optimizer
@attrs.frozen(kw_only=True)
class SGD(Optimizer):
    """`momentum` 0 is plain gradient descent. The rate 0.01 is Keras's, MXNet's and Chainer's."""

    kind: ClassVar[str] = "sgd"
    later: ClassVar[tuple[str, ...]] = (
        "dampening", "nesterov", "weight_decay", "decay", "decay_excludes",
    )  # fmt: skip

    learning_rate: float = real(*RATES, default=0.01)
    momentum: float = real(0.0, 1.0, default=0.0)
    dampening: float = real(0.0, 1.0, default=0.0)
    nesterov: bool = flag(False)
    weight_decay: float = real(*DECAY_RATES, default=0.0)
    decay: str = choice(*DECAYS, default="coupled")
    decay_excludes: Tuple[str, ...] = subset(*EXCLUDED)

    def __attrs_post_init__(self) -> None:
        if self.nesterov and self.dampening:
            raise SpecError(
                "sgd: nesterov is defined for dampening 0 only, "
                f"got dampening {self.dampening:g}; leave one of them out"
            )
