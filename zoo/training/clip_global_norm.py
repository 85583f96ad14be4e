"""Clipping by the global norm (Pascanu, Mikolov and Bengio 2013, algorithm 1).

    norm     = sqrt(sum of gradient^2 over all parameters)
    gradient = gradient / max(norm / max_norm, 1)

TensorFlow, Keras, Chainer and Optax mean the same. PyTorch's clip_grad_norm_ divides by
norm + 1e-6, Gluon's clip_global_norm by norm + 1e-8.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import real
from zoo.training.base import Clipping, register_clipping


@register_clipping
@attrs.frozen(kw_only=True)
class ClipGlobalNorm(Clipping):
    kind: ClassVar[str] = "clip_global_norm"

    max_norm: float = real(1e-12, 1e12, default=1.0)
