"""One position of one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    return Result(np.take(x, op.index, op.axis), x.shape)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    found = np.zeros(saved, grad.dtype)
    np.moveaxis(found, op.axis, 0)[op.index] = grad
    return [found], {}
