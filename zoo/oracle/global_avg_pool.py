"""Average over height and width."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    return Result(x.mean((2, 3)), x.shape)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    area = saved[2] * saved[3]
    return [np.broadcast_to(grad[:, :, None, None] / area, saved)], {}
