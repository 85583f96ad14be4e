"""Layer normalisation over the last axis, variance divided by n."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States, sum_to_last


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    centred = x - x.mean(-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + op.epsilon)
    normal = centred / deviation
    return Result(normal * states["weight"] + states["bias"], (normal, deviation, states["weight"]))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    normal, deviation, weight = saved
    found = {"weight": sum_to_last(grad * normal), "bias": sum_to_last(grad)}
    inner = grad * weight
    inner = inner - inner.mean(-1, keepdims=True)
    inner = inner - normal * (inner * normal).mean(-1, keepdims=True)
    return [inner / deviation], found
