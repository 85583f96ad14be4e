"""y = x - log(sum(exp(x))); the gradient is grad - exp(y) sum(grad)."""

from __future__ import annotations

import numpy as np

from zoo.ops.log_softmax import LogSoftmax
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import total


def log_softmax(x: Array, axis: int) -> Array:
    """The largest element is taken off first, so that no exponential overflows."""
    shifted = x - x.real.max(axis, keepdims=True)
    return np.asarray(shifted - np.log(total(np.exp(shifted), [axis], keepdims=True)))


def forward(op: LogSoftmax, given: Given) -> Result:
    y = log_softmax(given.inputs[0], op.axis)
    return Result(y, saved=y)


def backward(op: LogSoftmax, grad: Array, saved: Array) -> Gradient:
    return Gradient([grad - np.exp(saved) * total(grad, [op.axis], keepdims=True)])
