"""exp(x - max) / sum along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    powers = np.exp(x - x.real.max(op.axis, keepdims=True))
    y = powers / powers.sum(op.axis, keepdims=True)
    return Result(y, y)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    inner = grad * saved
    return [inner - saved * inner.sum(op.axis, keepdims=True)], {}
