"""Hyperbolic tangent; derivative 1 - y^2."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    return Result(np.tanh(x), np.tanh(x))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad * (1 - saved**2)], {}
