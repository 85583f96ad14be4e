"""What a case is judged by: what the oracle gives, and how far rounding may move that."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import Deque, Dict, FrozenSet, Iterable, Iterator, Optional

import attrs
from threadpoolctl import threadpool_limits

from zoo.backend import Backend
from zoo.parity.case import Case, Seen, seen_by_oracle
from zoo.parity.noise import Moved, noise


@attrs.define(eq=False)
class Reference:
    """The oracle's side of a comparison, for any backend in one dtype; computed when asked for.

    Attributes:
        case: the model and the numbers that go in.
        dtype: of the programs under test.
    """

    case: Case
    dtype: str
    _exact: Optional[Seen] = attrs.field(default=None, init=False)
    _moved: Dict[FrozenSet[str], Moved] = attrs.field(factory=dict, init=False)
    _lock: RLock = attrs.field(factory=RLock, init=False)  # another thread may be at it

    @property
    def exact(self) -> Seen:
        """What the oracle gives."""
        with self._lock:
            if self._exact is None:
                self._exact = seen_by_oracle(self.case)
            return self._exact

    def moved(self, backend: Backend | None = None) -> Moved:
        """How noise moves each tensor: in this backend's formulas, or in the oracle's own."""
        norms = any(node.op.kind == "batch_norm" for node in self.case.spec.nodes)
        formulas = frozenset(backend.formulas if norms and backend is not None else ())
        with self._lock:
            if formulas not in self._moved:
                self._moved[formulas] = noise(self.case, self.exact, self.dtype, formulas=formulas)
            return self._moved[formulas]

    @property
    def is_ready(self) -> bool:
        """Whether `exact` and `moved()` would answer at once."""
        return frozenset() in self._moved


def references(cases: Iterable[Case], dtype: str) -> Iterator[Reference]:
    """One for each case; its numbers, then the next one's, are computed while it is used."""
    waiting: Deque[Reference] = deque()
    aside = ThreadPoolExecutor(1, "oracle")
    # More threads of BLAS would take the workers' cores and gain the oracle nothing.
    with threadpool_limits(1, "blas"):
        try:
            for case in cases:
                waiting.append(Reference(case, dtype))
                aside.submit(waiting[-1].moved)
                if len(waiting) > 1:
                    yield waiting.popleft()
            yield from waiting
        finally:
            aside.shutdown(cancel_futures=True)
