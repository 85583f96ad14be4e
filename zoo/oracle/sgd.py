"""velocity = momentum velocity + (1 - dampening) gradient; parameter -= rate direction."""

from __future__ import annotations

from zoo.oracle.base import After, Before
from zoo.oracle.rounding import rounded
from zoo.training.sgd import SGD


def start(declared: SGD) -> dict[str, float]:
    return {"velocity": 0.0} if declared.momentum else {}


def update(declared: SGD, before: Before) -> After:
    gradient, momentum = before.gradient, declared.momentum
    if not momentum:
        return After(rounded(before.parameter - rounded(before.rate * gradient)))
    undamped = 1.0 if before.step == 1 else 1.0 - declared.dampening
    velocity = rounded(rounded(momentum * before.kept["velocity"]) + undamped * gradient)
    direction = rounded(gradient + momentum * velocity) if declared.nesterov else velocity
    parameter = rounded(before.parameter - rounded(before.rate * direction))
    return After(parameter, {"velocity": velocity})
