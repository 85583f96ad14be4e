"""Tensors joined along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    sizes = [x.shape[op.axis] for x in inputs]
    return Result(np.concatenate(inputs, op.axis), np.cumsum(sizes)[:-1])


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return list(np.split(grad, saved, op.axis)), {}
