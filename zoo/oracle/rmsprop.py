"""parameter -= rate velocity; velocity = momentum velocity + gradient / root of the spread."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import After, Before
from zoo.oracle.moments import moving_average, root
from zoo.oracle.rounding import rounded
from zoo.training.rmsprop import RMSprop


def start(declared: RMSprop) -> dict[str, float]:
    names = ["square_average"]
    names += ["average"] if declared.centered else []
    names += ["velocity"] if declared.momentum else []
    return dict.fromkeys(names, 0.0)


def update(declared: RMSprop, before: Before) -> After:
    gradient, kept = before.gradient, dict(before.kept)
    squared = rounded(gradient * gradient)
    spread = moving_average(declared.rho, kept["square_average"], squared)
    kept["square_average"] = spread
    if declared.centered:
        average = moving_average(declared.rho, kept["average"], gradient)
        kept["average"] = average
        # Never negative but by rounding.
        spread = np.maximum(rounded(spread - rounded(average * average)), 0.0)
    direction = rounded(gradient / root(spread, declared.epsilon, declared.epsilon_placement))
    if declared.momentum:
        direction = rounded(rounded(declared.momentum * kept["velocity"]) + direction)
        kept["velocity"] = direction
    return After(rounded(before.parameter - rounded(before.rate * direction)), kept)
