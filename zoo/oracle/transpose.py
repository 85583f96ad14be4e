"""Axes in another order."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    return Result(inputs[0].transpose(0, *op.axes), None)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad.transpose(np.argsort((0, *op.axes)))], {}
