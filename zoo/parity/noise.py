"""How far apart two honest computations may be: a bound that is computed, not chosen.

The oracle runs again with every result perturbed by up to `UNITS` roundings of the dtype under
test (Monte-Carlo arithmetic: Parker 1997; Denis, de Oliveira Castro and Petit 2016). What moves a
tensor in one of these runs is noise: also a ReLU that flips because its input is close to zero.
A framework that differs by more than `FACTOR` times the largest movement means something else.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

import numpy as np
from numpy.typing import NDArray

from zoo.oracle import Rounding
from zoo.parity.case import Case, Key, Seen, seen_by_oracle

UNIT = {"float64": 2.0**-52, "float32": 2.0**-23}
"""Spacing of the numbers just above one (IEEE 754)."""

UNITS = 16
SAMPLES = 3
FACTOR = 4.0

Moved = Mapping[Key, NDArray[Any]]


def noise(case: Case, exact: Seen, dtype: str, seed: int = 0) -> Moved:
    """Largest absolute movement of each tensor in the noisy runs, `UNITS` roundings at least."""
    return movement(lambda rounding: seen_by_oracle(case, rounding), exact, dtype, seed)


def movement(run: Callable[[Rounding], Seen], exact: Seen, dtype: str, seed: int = 0) -> Moved:
    """The same for any computation whose exact results are given."""
    moved: Dict[Key, Any] = {
        key: UNITS * UNIT[dtype] * magnitude(array) for key, array in exact.items()
    }
    for sample in range(SAMPLES):
        noisy = run(Rounding(UNITS * UNIT[dtype], seed * SAMPLES + sample))
        for key, array in exact.items():
            moved[key] = max(moved[key], float(np.max(np.abs(noisy[key] - array), initial=0.0)))
    return moved


def magnitude(array: np.ndarray) -> float:
    """Largest absolute value; 0 for an empty array."""
    return float(np.max(np.abs(array), initial=0.0))
