"""y = weight z + bias with z = (x - mean) / sqrt(var + epsilon) over the last axis.

With g = grad weight, the gradient of x is (g - mean(g) - z mean(g z)) / sqrt(var + epsilon).
"""

from __future__ import annotations

import numpy as np

from zoo.ops.layer_norm import LayerNorm
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import mean, total


def forward(op: LayerNorm, given: Given) -> Result:
    (x,), weight, bias = given.inputs, given.states["weight"], given.states["bias"]
    centred = x - mean(x, [-1], keepdims=True)
    scale = 1.0 / np.sqrt(mean(centred * centred, [-1], keepdims=True) + op.epsilon)
    z = centred * scale
    return Result(z * weight + bias, saved=(z, scale, weight))


def backward(op: LayerNorm, grad: Array, saved: tuple[Array, Array, Array]) -> Gradient:
    z, scale, weight = saved
    g, others = grad * weight, tuple(range(grad.ndim - 1))
    g = g - mean(g, [-1], keepdims=True) - z * mean(g * z, [-1], keepdims=True)
    found = {"weight": total(grad * z, others), "bias": total(grad, others)}
    return Gradient([scale * g], found)
