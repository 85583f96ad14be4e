"""How much is asked of a backend, so that all of it takes minutes."""

from __future__ import annotations

from zoo.target import Target

SLOW = ("jax", "keras-jax", "keras-tensorflow")


def compiles_slowly(target: Target) -> bool:
    """Every part of a model is a program of its own there, compiled for seconds.

    What the judge makes of planted faults is asked of these with fewer faults.
    """
    return target.backend.name in SLOW
