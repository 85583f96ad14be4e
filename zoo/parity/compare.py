"""One tensor against the oracle's: its error, its bound, its verdict."""

from __future__ import annotations

from typing import Any, Optional

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.parity.case import Seen
from zoo.parity.noise import FACTOR, Moved, magnitude

AGREES, DISAGREES, UNSUPPORTED = "agrees", "disagrees", "unsupported"
CRASHED, HUNG, NOT_RUN = "crashed", "hung", "not-run"


@attrs.frozen
class Row:
    """The verdict on one tensor, or on a whole cell that gave none.

    Attributes:
        model, backend, mode, dtype: the cell.
        phase: evaluation, training or steps.
        quantity: output, loss, input-gradient, parameter-gradient, statistic or parameter.
        tensor: canonical name.
        error: largest absolute difference over the tensor's largest magnitude in the oracle
            (over one, if the oracle's tensor is all zeros); None if there is nothing to compare.
        bound: what rounding alone explains, in the same unit.
        verdict: agrees, disagrees, unsupported, crashed, hung or not-run.
        reason: in words, if the verdict is not `agrees`.
        log: the last lines that a failed worker printed.
        note: what a reader has to know of how the backend ran, such as what made its float64
            double throughout; in the words of its runtime.
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


def compare(cell: Row, exact: Seen, noise: Moved, seen: Seen) -> list[Row]:
    """A row for each tensor of the oracle; `cell` says which model and backend they belong to.

    A tensor that is missing, has another shape or holds NaN or infinity disagrees. So does one
    that the oracle does not know.
    """
    rows = []
    for key, wanted in exact.items():
        phase, quantity, tensor = key
        error, reason = difference(seen.get(key), wanted)
        bound = FACTOR * noise[key] / (magnitude(wanted) or 1.0)
        good = not reason and error is not None and error <= bound
        if not good and not reason:
            reason = f"differs by {error:.2g} of its scale, rounding explains {bound:.2g}"
        rows.append(
            attrs.evolve(
                cell, phase=phase, quantity=quantity, tensor=tensor, error=error, bound=bound,
                verdict=AGREES if good else DISAGREES, reason=reason,
            )
        )  # fmt: skip
    for phase, quantity, tensor in sorted(set(seen) - set(exact)):
        rows.append(
            attrs.evolve(
                cell, phase=phase, quantity=quantity, tensor=tensor, verdict=DISAGREES,
                reason="the oracle has no such tensor",
            )
        )  # fmt: skip
    return rows


def difference(given: Optional[NDArray[Any]], wanted: NDArray[Any]) -> tuple[Optional[float], str]:
    """Relative error, and why there is none if the arrays cannot be compared."""
    if given is None:
        return None, "the backend gave no such tensor"
    given = np.asarray(given)
    if given.shape != wanted.shape:
        return None, f"has the shape {given.shape}, the oracle's has {wanted.shape}"
    if given.dtype.kind not in "fiu":
        return None, f"has the dtype {given.dtype}"
    broken = int(np.count_nonzero(~np.isfinite(given)))
    if broken:
        return None, f"{broken} of {given.size} values are NaN or infinite"
    gap = magnitude(given.astype(np.float64) - wanted)
    return gap / (magnitude(wanted) or 1.0), ""
