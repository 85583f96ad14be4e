"""Random choices from a key, the same on every machine and in every version of NumPy."""

from __future__ import annotations

import itertools
from typing import Iterable, Iterator, Sequence, TypeVar

from zoo.spec.initial import uniform

T = TypeVar("T")


class Choices:
    """A stream of choices named by a key.

    `part` gives a stream of its own to a part of what is drawn, so that a choice more or less in
    one part changes no other.
    """

    def __init__(self, *key: object) -> None:
        self._key = key
        self._numbers = self._stream()

    def _stream(self) -> Iterator[float]:
        for block in itertools.count():
            yield from uniform((32,), "choices", *self._key, block).tolist()

    def part(self, *key: object) -> Choices:
        return Choices(*self._key, *key)

    def chance(self, probability: float) -> bool:
        return next(self._numbers) < probability

    def between(self, low: int, high: int) -> int:
        """A whole number; both ends may come."""
        return low + int(next(self._numbers) * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of some options, each as likely as it is often there."""
        return options[self.between(0, len(options) - 1)]

    def order(self, options: Iterable[T]) -> tuple[T, ...]:
        """All of the options in a random order."""
        rest = list(options)
        return tuple(rest.pop(self.between(0, len(rest) - 1)) for _ in range(len(rest)))
