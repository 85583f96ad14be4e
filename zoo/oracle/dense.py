"""y = x W^T + b on the last axis."""

from __future__ import annotations

from typing import Any

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    y = x @ states["weight"].T
    return Result(y + states["bias"] if op.bias else y, (x, states["weight"]))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    x, weight = saved
    flat = grad.reshape(-1, grad.shape[-1])
    found = {"weight": flat.T @ x.reshape(-1, x.shape[-1])}
    if op.bias:
        found["bias"] = flat.sum(0)
    return [grad @ weight], found
