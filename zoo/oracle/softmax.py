"""p = exp(x) / sum(exp(x)); the gradient is p (grad - sum(grad p))."""

from __future__ import annotations

import numpy as np

from zoo.ops.softmax import Softmax
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import total


def softmax(x: Array, axis: int) -> Array:
    """The largest element is taken off first, so that no exponential overflows."""
    powers = np.exp(x - x.real.max(axis, keepdims=True))
    return np.asarray(powers / total(powers, [axis], keepdims=True))


def softmax_backward(grad: Array, p: Array, axis: int) -> Array:
    return np.asarray(p * (grad - total(grad * p, [axis], keepdims=True)))


def forward(op: Softmax, given: Given) -> Result:
    p = softmax(given.inputs[0], op.axis)
    return Result(p, saved=p)


def backward(op: Softmax, grad: Array, saved: Array) -> Gradient:
    return Gradient([softmax_backward(grad, saved, op.axis)])
