"""y = x F(x) with the normal distribution function F; y' = F(x) + x exp(-x^2 / 2) / sqrt(2 pi)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from zoo.ops.gelu_erf import GeluErf
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: GeluErf, given: Given) -> Result:
    (x,) = given.inputs
    share = ndtr(x)
    return Result(x * share, saved=(x, share))


def backward(op: GeluErf, grad: Array, saved: tuple[Array, Array]) -> Gradient:
    x, share = saved
    density = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    return Gradient([grad * (share + x * density)])
