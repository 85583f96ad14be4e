"""x - max - log(sum(exp(x - max))) along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    shifted = x - x.real.max(op.axis, keepdims=True)
    y = shifted - np.log(np.exp(shifted).sum(op.axis, keepdims=True))
    return Result(y, y)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad - np.exp(saved) * grad.sum(op.axis, keepdims=True)], {}
