"""max(x, 0), derivative 0 at 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    return Result(np.where(x.real > 0, x, 0.0), x.real > 0)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad * saved], {}
