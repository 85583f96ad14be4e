"""A runtime whose work is done behind its caller's back, for `zoo bench selftest`.

In mode `waiting` its barrier waits, as it should; in mode `skipping` it does not, which is the
fault that a benchmark has to notice. What it computes is of no interest.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Mapping

import numpy as np

from zoo.worker.runtime import Array, Gradients

WORK = 2e-3
"""Seconds of each call."""


class Runtime:
    def __init__(self, *, mode: str, dtype: str, threads: int) -> None:
        self._waits = mode == "waiting"
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[Any] = self._pool.submit(lambda: None)

    def facts(self) -> dict[str, object]:
        return {}

    def load(self, source: str, entry: str, model: Any = None) -> None:
        pass

    def write(self, arrays: Mapping[str, Array]) -> None:
        pass

    def read(self) -> dict[str, Array]:
        self._last.result()
        return {}

    def optimizer_state(self) -> dict[str, Array]:
        return {}

    def put(self, array: Array) -> Array:
        return array

    def get(self, tensor: Any) -> Array:
        return np.asarray(tensor.result())

    def infer(self, inputs: list[Array]) -> Any:
        return self._submitted()

    def gradients(
        self, inputs: list[Array], targets: Array, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        return Gradients(self._submitted(), self._last, [], {"weight": self._last})

    def train_step(self, inputs: list[Array], targets: Array) -> Any:
        return self._submitted()

    def synchronize(self) -> None:
        if self._waits:
            self._last.result()

    def _submitted(self) -> Future[Any]:
        def work() -> float:
            time.sleep(WORK)
            return 0.0

        self._last = self._pool.submit(work)
        return self._last
