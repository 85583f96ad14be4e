"""Monte-Carlo arithmetic: how far rounding alone may move a result.

Within `Rounding.active()`, `rounded` multiplies each element by 1 + unit * u with u uniform in
[-1/2, 1/2], as rounding to a format with that unit might (Parker 1997; Denis, de Oliveira Castro
and Petit 2016, "Verificarlo"). Elsewhere it returns its argument. The oracle rounds what it is
given, every output and every gradient of every op, and within ops every sum (`zoo.oracle.sums`).

A sum of k terms is rounded k times, and these errors grow like the square root of k (Higham and
Mary 2019): by about 0.15 k unit t for k terms of size t and random sign added one after the
other, 0.12 k^(3/2) unit t for terms of one sign. Perturbing the terms and the result by
sqrt(1 + k / 4) units gives 0.2 k unit t and 0.15 k^(3/2) unit t. Frameworks add in blocks and err
less, but how much less differs.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Iterator

import attrs
import numpy as np

from zoo.oracle.base import Array


@attrs.frozen
class Rounding:
    """Noise of one run.

    Attributes:
        unit: spacing of the numbers just above one, 2**-23 for float32, 2**-52 for float64.
        seed: of the noise; another seed is another sample.
    """

    unit: float
    seed: int

    @contextmanager
    def active(self) -> Iterator[None]:
        """A context in which `rounded` perturbs; the stream starts from the seed."""
        token = _current.set((self.unit, np.random.Generator(np.random.Philox(self.seed))))
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[tuple[float, np.random.Generator] | None] = ContextVar(
    "rounding", default=None
)


def rounded(array: Any, terms: int = 0) -> Array:
    """The array perturbed by the rounding that is active, if one is; integers stay.

    `terms` are those of the sum that the array is the result or a term of.
    """
    exact: Array = np.asarray(array)
    current = _current.get()
    if current is None or exact.dtype.kind not in "fc":
        return exact
    unit, generator = current
    unit *= math.sqrt(1.0 + terms / 4.0)
    return np.asarray(exact * (1.0 + unit * (generator.random(exact.shape) - 0.5)))
