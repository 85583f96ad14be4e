"""Element-wise product; each factor gets the product of the others."""

from __future__ import annotations

import math
from typing import Any

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    return Result(math.prod(inputs[1:], start=inputs[0]), inputs)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    others = [saved[:i] + saved[i + 1 :] for i in range(len(saved))]
    return [math.prod(rest, start=grad) for rest in others], {}
