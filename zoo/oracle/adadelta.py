"""parameter -= rate delta; delta = gradient root(mean of delta^2) / root(mean of gradient^2)."""

from __future__ import annotations

from zoo.oracle.base import After, Before
from zoo.oracle.moments import moving_average, root
from zoo.oracle.rounding import rounded
from zoo.training.adadelta import Adadelta


def start(declared: Adadelta) -> dict[str, float]:
    return {"square_average": 0.0, "delta_square_average": 0.0}


def update(declared: Adadelta, before: Before) -> After:
    gradient, rho, epsilon = before.gradient, declared.rho, declared.epsilon
    deltas = before.kept["delta_square_average"]
    squares = moving_average(rho, before.kept["square_average"], rounded(gradient * gradient))
    ratio = rounded(root(deltas, epsilon, "inside") / root(squares, epsilon, "inside"))
    delta = rounded(ratio * gradient)
    deltas = moving_average(rho, deltas, rounded(delta * delta))
    parameter = rounded(before.parameter - rounded(before.rate * delta))
    return After(parameter, {"square_average": squares, "delta_square_average": deltas})
