"""A matrix of (length, features), added to each example."""

from __future__ import annotations

from typing import Any

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    return Result(inputs[0] + states["weight"], None)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    return [grad], {"weight": grad.sum(0)}
