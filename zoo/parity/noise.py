"""How far apart two honest computations may be: a bound that is computed, not chosen.

The oracle runs again with every result perturbed by up to `UNITS` roundings of the dtype under
test (Monte-Carlo arithmetic: Parker 1997; Denis, de Oliveira Castro and Petit 2016). What moves a
tensor in one of these runs is noise: also a ReLU that flips because its input is close to zero.
Which side of zero a run sees is then a coin's, and all may fall on the same. Where one comes near
such a kink, each is therefore run again with the opposite noise (antithetic variates: Hammersley
and Morton 1956): of a pair, one falls on either side of a kink that is well within the noise. A
framework that differs by more than `FACTOR` times the largest movement means something else.
"""

from __future__ import annotations

from multiprocessing.pool import ThreadPool
from typing import Any, Callable, Dict, FrozenSet, Mapping, Tuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from zoo.dtypes import DTYPES
from zoo.oracle import Rounding, kinks
from zoo.parity.case import Case, Key, Seen, seen_by_oracle

UNITS = {"float64": 16, "float32": 16, "bfloat16": 4, "float16": 4}
"""An operation may err by so many: where a framework lacks it, it is several of them. In half
precision exponentials, roots and sums do not add to that, as they are computed in float32."""

SAMPLES = 3
FACTOR = 4.0

MARGIN = 4 * FACTOR
"""Times `grain`: what is further from a kink, relative to its tensor, is not taken for near."""

Moved = Mapping[Key, NDArray[Any]]
"""For each tensor a number; in the phase `steps` a number for each step, shape (steps,)."""


def noise(case: Case, exact: Seen, dtype: str, *, formulas: FrozenSet[str] = frozenset()) -> Moved:
    """Largest absolute movement of each tensor in the noisy runs, `UNITS` roundings at least.

    With `formulas`, of a program that has these (`zoo.formulas`) in place of the oracle's.
    """
    return movement(lambda r: seen_by_oracle(case, r), exact, dtype, formulas=formulas)


def movement(
    run: Callable[[Rounding], Seen],
    exact: Seen,
    dtype: str,
    *,
    formulas: FrozenSet[str] = frozenset(),
) -> Moved:
    """The same for any computation whose exact results are given."""
    unit = grain(dtype)
    sums, smallest = UNITS[dtype] * DTYPES[dtype].sums, DTYPES[dtype].smallest
    moved: Dict[Key, NDArray[Any]] = {k: unit * magnitude(k, array) for k, array in exact.items()}

    def noisy_run(rounding: Rounding) -> Tuple[Seen, bool]:
        # what is not finite makes a bound that is not
        with np.errstate(all="ignore"), kinks.watched() as watch:
            return run(rounding), watch.distance < MARGIN * unit

    # NumPy computes outside of Python's lock; a BLAS with threads of its own would only contend.
    with threadpool_limits(1, "blas"), ThreadPool(SAMPLES) as threads:
        for opposite in (False, True):
            noises = [Rounding(unit, s, sums, smallest, formulas, opposite) for s in range(SAMPLES)]
            near = []
            for noisy, is_near in threads.imap(noisy_run, noises):
                near.append(is_near)
                for key, array in exact.items():
                    moved[key] = np.maximum(moved[key], distance(key, noisy[key], array))
            if not any(near):
                break
    return moved


def grain(dtype: str) -> float:
    """The least relative movement of what an operation gives."""
    return UNITS[dtype] * DTYPES[dtype].unit


def distance(key: Key, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Magnitude of the difference; in the phase `steps` one step at a time, which spares memory."""
    if key[0] == "steps":
        return np.array([_largest(a - b) for a, b in zip(one, other)])
    return _largest(one - other)


def magnitude(key: Key, array: NDArray[Any]) -> NDArray[Any]:
    """Largest absolute value, in the phase `steps` of each step; 0 for an empty array."""
    return _largest(array, first=key[0] == "steps")


def _largest(array: NDArray[Any], first: int = 0) -> NDArray[Any]:
    axes = tuple(range(first, array.ndim))
    top, bottom = array.max(axis=axes, initial=0.0), array.min(axis=axes, initial=0.0)
    return np.asarray(np.maximum(top, np.abs(bottom)))
