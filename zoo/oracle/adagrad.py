"""accumulator += gradient^2; parameter -= rate gradient / root of the accumulator."""

from __future__ import annotations

from zoo.oracle.base import After, Before
from zoo.oracle.moments import root
from zoo.oracle.rounding import rounded
from zoo.training.adagrad import Adagrad


def start(declared: Adagrad) -> dict[str, float]:
    return {"accumulator": declared.initial_accumulator}


def update(declared: Adagrad, before: Before) -> After:
    gradient = before.gradient
    accumulator = rounded(before.kept["accumulator"] + rounded(gradient * gradient))
    denominator = root(accumulator, declared.epsilon, declared.epsilon_placement)
    moved = rounded(before.rate * rounded(gradient / denominator))
    return After(rounded(before.parameter - moved), {"accumulator": accumulator})
