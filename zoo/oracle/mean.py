"""Mean over one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    return Result(x.mean(op.axis), x.shape)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    share = np.expand_dims(grad / saved[op.axis], op.axis)
    return [np.broadcast_to(share, saved)], {}
