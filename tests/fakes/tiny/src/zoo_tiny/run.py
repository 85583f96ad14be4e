"""The runtime of plain NumPy: loads an emitted program and runs it."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any, Mapping

import numpy as np

from zoo.worker.runtime import Gradients, execute


def build(module: ModuleType, entry: str, dtype: str) -> Any:
    module.DTYPE = np.dtype(dtype)
    return getattr(module, entry)()


def fill(model: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    parameters = model.parameters()
    for name, array in arrays.items():
        parameters[name].value[...] = array
    return model


class Runtime:
    """One emitted model in mode `eager`, the only one that NumPy has."""

    def __init__(self, *, mode: str, dtype: str, threads: int) -> None:
        self.dtype = dtype  # NumPy takes its threads from the environment, which the worker has set

    def facts(self) -> dict[str, object]:
        return {"numpy": np.__version__, "threads": int(os.environ["OMP_NUM_THREADS"])}

    def load(self, source: str, entry: str) -> None:
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype)
        self.optimizer = self.module.make_optimizer(self.model)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        return {name: parameter.value.copy() for name, parameter in self._parameters()}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        """Without momentum the velocity is the gradient, and nothing is kept."""
        if not self.optimizer.momentum:
            return {}
        kept = zip(self.model.parameters(), self.optimizer.velocities)
        return {f"{name}.velocity": velocity.copy() for name, velocity in kept}

    def put(self, array: np.ndarray) -> np.ndarray:
        return array.astype(self.dtype if array.dtype.kind == "f" else np.int64)

    def get(self, tensor: Any) -> np.ndarray:
        return np.array(tensor)

    def infer(self, inputs: list[np.ndarray]) -> np.ndarray:
        return self.model.forward(*inputs)

    def gradients(
        self, inputs: list[np.ndarray], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        output = self.model.forward(*inputs)
        loss, gradient = self.module.loss_fn(output, targets)
        down = self.model.backward(gradient)
        parameters = {name: parameter.gradient for name, parameter in self._parameters()}
        return Gradients(output, loss, [down], parameters)

    def train_step(self, inputs: list[np.ndarray], targets: Any) -> Any:
        return self.module.train_step(self.model, self.optimizer, *inputs, targets)

    def synchronize(self) -> None:
        """NumPy returns when the work is done."""

    def _parameters(self) -> Any:
        return self.model.parameters().items()
