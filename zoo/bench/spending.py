"""Where the wall time of a run goes: what is not timed work, imports or compilation is overhead."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Iterator


class Spending:
    """Seconds by what they were spent on; a context manager for each, and a sum.

        with spending("starting"):
            ...

    Attributes:
        seconds: so far.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(what, time.perf_counter() - start)

    def add(self, what: str, seconds: float) -> None:
        self.seconds[what] = self.seconds.get(what, 0.0) + seconds

    @property
    def wall(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._start

    def total(self) -> tuple[float, dict[str, float]]:
        """The wall time and its parts, `rest` being what nothing else accounts for."""
        wall = self.wall
        rest = max(0.0, wall - sum(self.seconds.values()))
        return wall, {**self.seconds, "rest": rest}
