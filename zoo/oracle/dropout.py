"""Inverted dropout with a given mask; the identity in evaluation."""

from __future__ import annotations

from typing import Any

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    scale: Any = 1.0
    if training and op.drop_rate:
        scale = masks["mask"] / (1 - op.drop_rate)
    return Result(inputs[0] * scale, scale)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad * saved], {}
