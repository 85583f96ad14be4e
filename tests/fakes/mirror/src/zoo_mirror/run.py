"""Runs what the oracle runs, rounding what comes in and what is kept to the dtype."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from zoo import oracle
from zoo.spec import Spec
from zoo.worker.runtime import Array, Gradients


class Runtime:
    def __init__(self, *, mode: str, dtype: str, threads: int, seed: int = 0) -> None:
        self.dtype = np.dtype(dtype)
        self.arrays: dict[str, Array] = {}
        self.random = np.random.default_rng(seed)
        self.kept: dict[str, Array] | None = None

    def facts(self) -> dict[str, object]:
        return {"numpy": np.__version__}

    def load(self, source: str, entry: str) -> None:
        self.spec = Spec.from_json(source)

    def write(self, arrays: Mapping[str, Array]) -> None:
        self.arrays.update({name: self.put(array) for name, array in arrays.items()})

    def read(self) -> dict[str, Array]:
        return {name: self.arrays[name] for name in self.spec.states}

    def optimizer_state(self) -> dict[str, Array]:
        return {name: array for name, array in (self.kept or {}).items() if name != "step"}

    def put(self, array: Array) -> Array:
        return array.astype(self.dtype if array.dtype.kind == "f" else array.dtype)

    def get(self, tensor: Any) -> Array:
        return self.put(np.asarray(tensor))

    def infer(self, inputs: list[Array]) -> Array:
        return oracle.evaluate(self.spec, self.read(), self._named(inputs))

    def gradients(
        self, inputs: list[Array], targets: Array, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        found = oracle.gradients(
            self.spec, self.read(), self._named(inputs), targets,
            training=training, masks=self._masks(len(targets)) if training else None,
        )  # fmt: skip
        self.write(found.statistics)
        of_inputs = [found.inputs.get(node.name) for node in self.spec.inputs]
        return Gradients(found.output, found.loss, of_inputs, found.parameters)

    def train_step(self, inputs: list[Array], targets: Array) -> Array:
        batch = (self._named(inputs), targets, self._masks(len(targets)))
        trained = oracle.train(self.spec, self.read(), [batch], optimizer_state=self.kept)
        self.write(trained.state)
        self.kept = trained.optimizer_state
        return trained.losses[0]

    def synchronize(self) -> None:
        pass

    def _named(self, inputs: list[Array]) -> dict[str, Array]:
        return {node.name: array for node, array in zip(self.spec.inputs, inputs)}

    def _masks(self, batch: int) -> dict[str, Array]:
        """Those that are given; the others are drawn."""
        return {
            name: self.arrays[name]
            if name in self.arrays
            else self.random.random((batch, *mask.shape)) >= mask.drop_rate
            for name, mask in self.spec.masks.items()
        }
