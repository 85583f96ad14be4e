"""Rows of a matrix; the gradient of a row is summed over all its uses."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (ids,) = inputs
    return Result(states["weight"][ids], (ids, states["weight"].shape))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    ids, shape = saved
    found = np.zeros(shape, grad.dtype)
    np.add.at(found, ids.ravel(), grad.reshape(-1, shape[1]))
    return [None], {"weight": found}
