"""y = x F(x) with the normal distribution function F; y' = F(x) + x exp(-x^2 / 2) / sqrt(2 pi)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from zoo.ops.gelu_erf import GeluErf
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded


def forward(op: GeluErf, given: Given) -> Result:
    (x,) = given.inputs
    share = ndtr(x)
    # As (1 + erf(x / sqrt(2))) / 2, which frameworks compute, it rounds numbers about one.
    erf = 2.0 * share - 1.0
    share = share + (rounded(erf) - erf) / 2.0
    return Result(x * share, saved=(x, share))


def backward(op: GeluErf, grad: Array, saved: tuple[Array, Array]) -> Gradient:
    x, share = saved
    density = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    return Gradient([grad * (share + x * density)])
