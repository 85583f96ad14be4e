"""What a case is judged by: what the oracle gives, and how far rounding may move that."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Deque, Dict, Iterable, Iterator

import attrs
from threadpoolctl import threadpool_limits

from zoo.backend import Backend
from zoo.parity.case import Case, Seen, seen_by_oracle
from zoo.parity.noise import Moved, noise


@attrs.frozen(eq=False)
class Reference:
    """The oracle's side of a comparison, for any backend in one dtype.

    Attributes:
        case: the model and the numbers that go in.
        dtype: of the programs under test.
        exact: what the oracle gives.
    """

    case: Case
    dtype: str
    exact: Seen
    _moved: Dict[bool, Moved] = attrs.field(factory=dict, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False)

    @classmethod
    def of(cls, case: Case, dtype: str) -> Reference:
        return cls(case, dtype, seen_by_oracle(case))

    def moved(self, backend: Backend | None = None) -> Moved:
        """How noise moves each tensor: in this backend's formulas, or in the oracle's own."""
        norms = any(node.op.kind == "batch_norm" for node in self.case.spec.nodes)
        one_pass = norms and backend is not None and backend.one_pass_variance
        with self._lock:  # it may be on its way in another thread
            if one_pass not in self._moved:
                self._moved[one_pass] = noise(self.case, self.exact, self.dtype, one_pass=one_pass)
            return self._moved[one_pass]

    @property
    def is_ready(self) -> bool:
        """Whether `moved()` would answer at once."""
        return False in self._moved


def references(cases: Iterable[Case], dtype: str) -> Iterator[Reference]:
    """Of each case; while it is used, its noise and the next one's reference are computed."""
    waiting: Deque[Future[Reference]] = deque()
    aside = ThreadPoolExecutor(1, "oracle")
    # More threads of BLAS would take the workers' cores and gain the oracle nothing.
    with threadpool_limits(1, "blas"):
        try:
            for case in cases:
                begun = aside.submit(Reference.of, case, dtype)
                aside.submit(_foresee, begun)
                waiting.append(begun)
                if len(waiting) > 1:
                    yield waiting.popleft().result()
            for begun in waiting:
                yield begun.result()
        finally:
            aside.shutdown(cancel_futures=True)


def _foresee(begun: Future[Reference]) -> None:
    begun.result().moved()
