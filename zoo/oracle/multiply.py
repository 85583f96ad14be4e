"""Product of tensors; each factor's gradient is the product of all others, zeros included."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Sequence

from zoo.ops.multiply import Multiply
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Multiply, given: Given) -> Result:
    return Result(reduce(mul, given.inputs), saved=given.inputs)


def backward(op: Multiply, grad: Array, saved: Sequence[Array]) -> Gradient:
    return Gradient([reduce(mul, (*saved[:i], *saved[i + 1 :]), grad) for i in range(len(saved))])
