"""How rounding moves a result: by Monte-Carlo arithmetic, and as NumPy itself rounds in a dtype.

Within `Rounding.active()`, `rounded` multiplies each element by 1 + unit * u with u uniform in
[-1/2, 1/2), of 16 random bits, as rounding to a format with that unit might (Parker 1997; Denis, de
Oliveira Castro and Petit 2016, "Verificarlo"). Elsewhere it returns its argument. The oracle rounds
what it is given, every output and every gradient of every op, and within ops every sum
(`zoo.oracle.sums`).

A sum of k terms is rounded k times, and these errors grow like the square root of k (Higham and
Mary 2019): by about 0.15 k unit t for k terms of size t and random sign added one after the
other, 0.12 k^(3/2) unit t for terms of one sign. Perturbing the terms and the result by
sqrt(1 + k / 4) units gives 0.2 k unit t and 0.15 k^(3/2) unit t. Frameworks add in blocks and err
less, but how much less differs. Numbers of half precision are added in float32: then the second
term under the root has that format's unit.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, ContextManager, FrozenSet, Iterator

import attrs
import numpy as np

from zoo.dtypes import DTYPES
from zoo.oracle.base import Array


@attrs.frozen
class Rounding:
    """Noise of one run.

    Attributes:
        unit: spacing of the numbers just above one, 2**-23 for float32, 2**-52 for float64.
        seed: of the noise; another seed is another sample.
        sums: the same of the format in which sums are made; `unit` unless it is given.
        smallest: spacing of the numbers around zero.
        formulas: in place of the oracle's own, some of `zoo.formulas.FORMULAS`.
        opposite: whether every perturbation has the other sign than without it.
    """

    unit: float
    seed: int
    sums: float = attrs.field(default=attrs.Factory(lambda self: self.unit, takes_self=True))
    smallest: float = 0.0
    formulas: FrozenSet[str] = frozenset()
    opposite: bool = False

    def active(self) -> ContextManager[None]:
        """A context in which `rounded` perturbs; the stream starts from the seed."""
        bits = np.random.SFC64(self.seed)
        how = _How(lambda exact, terms: self._perturbed(exact, terms, bits), self.formulas)
        return _rounding(how)

    def _perturbed(self, exact: Array, terms: int, bits: np.random.SFC64) -> Array:
        unit = math.sqrt(self.unit**2 + self.sums**2 * terms / 4.0)
        words = bits.random_raw(-(-exact.size // 4))  # 64 bits each
        whole = words.view(np.int16)[: exact.size].reshape(exact.shape)
        if self.opposite:
            np.invert(whole, out=whole)  # -1 - whole: the range is symmetric about -1/2
        if self.smallest:
            noise = whole * 2.0**-16
            noise *= np.maximum(unit * np.abs(exact), self.smallest * (exact != 0))
        else:
            noise = whole * (2.0**-16 * unit)
            noise *= exact
        noise += exact
        return noise


@attrs.frozen
class Format:
    """No noise, but NumPy's own arithmetic in a dtype: in float32 where it is of half precision.

    There, as in the frameworks, each result is rounded to the dtype.
    """

    dtype: str

    def active(self) -> ContextManager[None]:
        """A context in which `rounded` gives the nearest number of the dtype."""
        own = DTYPES[self.dtype].numpy
        wide = np.float64 if self.dtype == "float64" else np.float32
        return _rounding(_How(lambda exact, terms: exact.astype(own).astype(wide)))


@attrs.frozen
class _How:
    rounded: Callable[[Array, int], Array]
    formulas: FrozenSet[str] = frozenset()


@contextmanager
def _rounding(how: _How) -> Iterator[None]:
    token = _current.set(how)
    try:
        yield
    finally:
        _current.reset(token)


_current: ContextVar[_How | None] = ContextVar("rounding", default=None)


def rounded(array: Any, terms: int = 0) -> Array:
    """The array as the active `Rounding` or `Format` has it, if there is one; integers stay.

    `terms` are those of the sum that the array is the result or a term of.
    """
    exact: Array = np.asarray(array)
    current = _current.get()
    if current is None or exact.dtype.kind not in "fc":
        return exact
    return current.rounded(exact, terms)


def computes(formula: str) -> bool:
    """Whether the active `Rounding` has this one of `zoo.formulas.FORMULAS`."""
    current = _current.get()
    return current is not None and formula in current.formulas
