"""One tensor against the oracle's: its error, its bound, its verdict."""

from __future__ import annotations

from typing import Any, Optional

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.dtypes import DTYPES
from zoo.parity.case import Key, Seen
from zoo.parity.noise import FACTOR, Moved, distance, magnitude

Array = NDArray[Any]

AGREES, DISAGREES, UNSUPPORTED = "agrees", "disagrees", "unsupported"
CRASHED, HUNG, NOT_RUN = "crashed", "hung", "not-run"


@attrs.frozen
class Row:
    """The verdict on one tensor, or on a whole cell that gave none.

    Attributes:
        model, backend, mode, dtype: the cell.
        phase: evaluation, training or steps.
        quantity: output, loss, input-gradient, parameter-gradient, statistic, parameter or
            optimizer-state.
        tensor: canonical name.
        error: largest absolute difference over the tensor's largest magnitude in the oracle
            (over one, if the oracle's tensor is all zeros); None if there is nothing to compare.
        bound: what rounding alone explains, in the same unit.
        verdict: agrees, disagrees, unsupported, crashed, hung or not-run.
        reason: in words, if the verdict is not `agrees`.
        log: the last lines that a failed worker printed.
        note: what a reader has to know of how the backend ran, such as what made its float64
            double throughout; in the words of its runtime.
        step: in the phase `steps` the optimizer step, from 1, that error and bound are of: the one
            where the error is the most times its bound.
        ulps: the same difference in units in the last place: the spacing of the dtype's numbers at
            the tensor's largest magnitude.
        numpy_error: what `error` is of NumPy in the same dtype (`zoo.oracle.Format`), if asked.
        told: in the phase `steps` the number of steps before rounding alone could explain a
            difference as large as the tensor itself; later ones are not judged.
    """

    model: str
    backend: str
    mode: str
    dtype: str
    phase: str = ""
    quantity: str = ""
    tensor: str = ""
    error: Optional[float] = None
    bound: Optional[float] = None
    verdict: str = NOT_RUN
    reason: str = ""
    log: str = ""
    note: str = ""
    step: Optional[int] = None
    told: Optional[int] = None
    ulps: Optional[float] = None
    numpy_error: Optional[float] = None

    @property
    def what(self) -> str:
        """What the verdict is on, for people: `training parameter-gradient conv1.weight`."""
        return " ".join(filter(None, (self.phase, self.quantity, self.tensor))) or "the cell"


def compare(
    cell: Row, exact: Seen, moved: Moved, seen: Seen, in_numpy: Optional[Seen] = None
) -> list[Row]:
    """A row for each tensor of the oracle; `cell` says which model and backend they belong to.

    `in_numpy` is what NumPy gives in the dtype of the cell.

    A tensor that is missing, has another shape or holds NaN or infinity disagrees. So does one
    that the oracle does not know.
    """
    rows = [
        _judged(cell, key, wanted, moved[key], seen.get(key), (in_numpy or {}).get(key))
        for key, wanted in exact.items()
    ]
    for phase, quantity, tensor in sorted(set(seen) - set(exact)):
        rows.append(
            attrs.evolve(
                cell, phase=phase, quantity=quantity, tensor=tensor, verdict=DISAGREES,
                reason="the oracle has no such tensor",
            )
        )  # fmt: skip
    return rows


def _judged(
    cell: Row,
    key: Key,
    wanted: Array,
    moved: Array,
    given: Optional[Array],
    in_numpy: Optional[Array],
) -> Row:
    phase, quantity, tensor = key
    cell = attrs.evolve(cell, phase=phase, quantity=quantity, tensor=tensor)
    reason = incomparable(given, wanted)
    if reason or given is None:
        return attrs.evolve(cell, verdict=DISAGREES, reason=reason)
    scale = magnitude(key, wanted)
    scale = np.where(scale > 0, scale, 1.0)
    errors = _errors(key, given, wanted, scale)
    bounds = np.atleast_1d(FACTOR * moved / scale)
    steps = phase == "steps"
    lost = ~(bounds < 1.0)  # so that NaN is, too
    told = int(np.argmax(lost)) if steps and np.any(lost) else len(bounds)
    tiny = np.finfo(np.float64).tiny
    worst = int(np.argmax((errors / np.maximum(bounds, tiny))[: max(told, 1)]))
    error, bound = float(errors[worst]), float(bounds[worst])
    if not error <= bound:
        where = f"after step {worst + 1} " if steps else ""
        reason = f"{where}differs by {error:.2g} of its scale, rounding explains {bound:.2g}"
    return attrs.evolve(
        cell,
        step=worst + 1 if steps else None,
        error=error,
        bound=bound,
        told=told if steps else None,
        ulps=error / _last_place(np.atleast_1d(scale)[worst], cell.dtype),
        numpy_error=None
        if in_numpy is None
        else float(_errors(key, in_numpy, wanted, scale)[worst]),
        verdict=DISAGREES if reason else AGREES,
        reason=reason,
    )


def _errors(key: Key, given: Array, wanted: Array, scale: Array) -> Array:
    """Of a tensor, in the phase `steps` of each step, relative to the scale."""
    return np.atleast_1d(distance(key, given, wanted) / scale)


def _last_place(scale: float, dtype: str) -> float:
    """Spacing of the dtype's numbers at a magnitude, relative to it (Goldberg 1991)."""
    fraction, _exponent = np.frexp(scale)  # from 0.5 to 1
    return DTYPES[dtype].unit / (2.0 * float(fraction))


def incomparable(given: Optional[Array], wanted: Array) -> str:
    """Why an array cannot be compared with the oracle's; empty if it can."""
    if given is None:
        return "the backend gave no such tensor"
    given = np.asarray(given)
    if given.shape != wanted.shape:
        return f"has the shape {given.shape}, the oracle's has {wanted.shape}"
    if given.dtype.kind not in "fiu":
        return f"has the dtype {given.dtype}"
    broken = int(np.count_nonzero(~np.isfinite(given)))
    return f"{broken} of {given.size} values are NaN or infinite" if broken else ""
