"""Stochastic gradient descent with momentum (Polyak 1964, in the form of Sutskever et al. 2013).

    velocity = momentum * velocity + gradient        (velocity starts at zero)
    parameter = parameter - learning_rate * velocity

The learning rate stands outside the velocity, as in PyTorch. Keras, MXNet and Chainer keep it
inside; the parameters are the same as long as the learning rate is constant.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.op import real
from zoo.training.base import Optimizer, register_optimizer


@register_optimizer
@attrs.frozen(kw_only=True)
class SGD(Optimizer):
    """`learning_rate` is positive; `momentum` 0 is plain gradient descent."""

    kind: ClassVar[str] = "sgd"

    learning_rate: float = real(1e-12, 1e6)
    momentum: float = real(0.0, 1.0, default=0.0)
