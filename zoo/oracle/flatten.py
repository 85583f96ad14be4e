"""All axes but the batch as one."""

from __future__ import annotations

from zoo.ops.flatten import Flatten
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Flatten, given: Given) -> Result:
    (x,) = given.inputs
    return Result(x.reshape(len(x), -1), saved=x.shape)


def backward(op: Flatten, grad: Array, saved: tuple[int, ...]) -> Gradient:
    return Gradient([grad.reshape(saved)])
