"""Sum of tensors."""

from __future__ import annotations

from typing import Any

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    return Result(sum(inputs[1:], inputs[0]), len(inputs))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad] * saved, {}
