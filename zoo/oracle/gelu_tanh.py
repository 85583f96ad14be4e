"""y = x / 2 (1 + t) with t = tanh(a (x + b x^3)); y' = (1 + t + x t') / 2."""

from __future__ import annotations

import math

import numpy as np

from zoo.ops.gelu_tanh import GeluTanh
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded

A, B = math.sqrt(2.0 / math.pi), 0.044715


def forward(op: GeluTanh, given: Given) -> Result:
    (x,) = given.inputs
    t = rounded(np.tanh(A * (x + B * x * x * x)))  # which 1 + t and 1 - t^2 feel where t is near -1
    return Result(0.5 * x * (1.0 + t), saved=(x, t))


def backward(op: GeluTanh, grad: Array, saved: tuple[Array, Array]) -> Gradient:
    x, t = saved
    slope = A * (1.0 + 3.0 * B * x * x) * (1.0 - t * t)
    return Gradient([grad * 0.5 * (1.0 + t + x * slope)])
