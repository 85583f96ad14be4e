"""How near a run comes to a kink: an input of ReLU close to zero, a maximum that is nearly a tie.

There, rounding decides which of two derivatives is right, so an honest framework may give the
other one. Exact zeros and exact ties are left out: they are zero or alike by the model's structure
(a dropped element, a repeated token), not by accident, and both derivatives lead to one gradient.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator

import numpy as np

from zoo.oracle.base import Array

_watch: ContextVar[Watch | None] = ContextVar("kinks", default=None)


class Watch:
    """The least distance from a kink so far, relative to the largest value of its tensor."""

    def __init__(self) -> None:
        self.distance = float("inf")

    def see(self, gaps: Array, values: Array) -> None:
        gaps = np.abs(gaps)
        gaps = gaps[(gaps > 0) & np.isfinite(gaps)]
        if gaps.size:
            scale = np.abs(values[np.isfinite(values)]).max()
            self.distance = min(self.distance, float(gaps.min() / scale))


@contextmanager
def watched() -> Iterator[Watch]:
    """A context in which the distance from kinks is measured."""
    watch = Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def at_zero(x: Array) -> None:
    """Tell of values whose sign decides a derivative."""
    watch = _watch.get()
    if watch is not None:
        watch.see(x, x)


def at_ties(x: Array, axis: int) -> None:
    """Tell of values whose largest along an axis decides a derivative."""
    watch = _watch.get()
    if watch is not None and x.shape[axis] > 1:
        *_, second, first = np.moveaxis(np.sort(x, axis), axis, 0)
        with np.errstate(invalid="ignore"):  # padding is -inf
            watch.see(first - second, x)
