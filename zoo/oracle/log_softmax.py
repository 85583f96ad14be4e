"""y = x - log(sum(exp(x))); the gradient is grad - exp(y) sum(grad)."""

from __future__ import annotations

import numpy as np

from zoo.ops.log_softmax import LogSoftmax
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.rounding import rounded
from zoo.oracle.sums import total


def log_softmax(x: Array, axis: int) -> Array:
    """The largest element is taken off first, so that no exponential overflows.

    Some frameworks add it to the logarithm again and take off both at once, which rounds numbers
    of its size.
    """
    largest = x.real.max(axis, keepdims=True)
    shifted = x - largest
    logarithm = np.log(total(np.exp(shifted), [axis], keepdims=True))
    both = largest + logarithm
    return np.asarray(shifted - logarithm - (rounded(both) - both))


def forward(op: LogSoftmax, given: Given) -> Result:
    y = log_softmax(given.inputs[0], op.axis)
    return Result(y, saved=y)


def backward(op: LogSoftmax, grad: Array, saved: Array) -> Gradient:
    return Gradient([grad - np.exp(saved) * total(grad, [op.axis], keepdims=True)])
