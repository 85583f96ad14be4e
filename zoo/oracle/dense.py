"""y = x W^T + b on the last axis."""

from __future__ import annotations

from zoo.ops.dense import Dense
from zoo.oracle.base import Array, Given, Gradient, Result
from zoo.oracle.sums import product, total


def forward(op: Dense, given: Given) -> Result:
    (x,), weight = given.inputs, given.states["weight"]
    y = product(x.reshape(-1, x.shape[-1]), weight.T).reshape(*x.shape[:-1], op.units)
    return Result(y + given.states["bias"] if op.bias else y, saved=(x, weight))


def backward(op: Dense, grad: Array, saved: tuple[Array, Array]) -> Gradient:
    x, weight = saved
    rows = grad.reshape(-1, op.units)
    found = {"weight": product(rows.T, x.reshape(-1, x.shape[-1]))}
    if op.bias:
        found["bias"] = total(rows, [0])
    return Gradient([product(rows, weight).reshape(x.shape)], found)
