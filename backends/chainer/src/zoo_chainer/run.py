"""The runtime of Chainer: loads an emitted module and runs it; the only file that imports chainer.

On the CPU Chainer's arithmetic is NumPy's, and its threads are those of NumPy's BLAS.
"""

from __future__ import annotations

import ctypes
from types import ModuleType
from typing import Any, Mapping

import chainer
import numpy as np
import scipy
from chainer import Variable

from zoo.worker.runtime import Gradients, execute


def build(module: ModuleType, entry: str, dtype: str) -> chainer.Chain:
    with chainer.using_config("dtype", np.dtype(dtype)):
        return getattr(module, entry)()


def fill(model: chainer.Chain, arrays: Mapping[str, np.ndarray]) -> chainer.Chain:
    states = _states(model)
    for name, array in arrays.items():
        np.copyto(chainer.as_array(states[name]), array)
    return model


class Runtime:
    """One emitted model in mode `eager`, Chainer's define-by-run."""

    def __init__(self, *, mode: str, dtype: str, threads: int, seed: int = 0) -> None:
        self.mode, self.dtype = mode, dtype
        np.random.seed(seed)

    def facts(self) -> dict[str, object]:
        return {
            "chainer": chainer.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "ideep": chainer.backends.intel64.is_ideep_available(),
            **_blas(),
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype) if model is None else model
        self.optimizer = self.module.make_optimizer(self.model)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        states = _states(self.model).items()
        return {n: self.get(state) for n, state in states if n.rpartition(".")[2] != "mask"}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        rules = {
            name: state.update_rule
            for name, state in _states(self.model).items()
            if isinstance(state, chainer.Parameter)
        }
        return {
            f"{name}.{kept}": self.get(array)
            for name, rule in rules.items()
            for kept, array in (rule.state or {}).items()  # there is none before the first step
            if isinstance(array, np.ndarray)
        }

    def put(self, array: np.ndarray) -> np.ndarray:
        return array.astype(self.dtype if array.dtype.kind == "f" else np.int32)

    def get(self, tensor: Variable | np.ndarray) -> np.ndarray:
        return np.array(chainer.as_array(tensor))

    def infer(self, inputs: list[np.ndarray]) -> Variable:
        with chainer.using_config("train", False), chainer.no_backprop_mode():
            return self.model(*inputs)

    def gradients(
        self, inputs: list[np.ndarray], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        leaves = [Variable(x) if of_inputs and x.dtype.kind == "f" else x for x in inputs]
        with chainer.using_config("train", training):
            output = self.model(*leaves)
            loss = self.module.loss_fn(output, targets)
        self.model.cleargrads()
        loss.backward()
        variables = {n: s for n, s in _states(self.model).items() if isinstance(s, Variable)}
        parameters = {name: p.grad for name, p in variables.items() if p.grad is not None}
        return Gradients(output, loss, [getattr(x, "grad", None) for x in leaves], parameters)

    def train_step(self, inputs: list[np.ndarray], targets: Any) -> np.ndarray:
        return self.module.train_step(self.model, self.optimizer, *inputs, targets)

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        """NumPy has no switch for either."""
        return {"denormals": "kept" if np.float32(1e-40) * np.float32(0.5) else "flushed"}

    def synchronize(self) -> None:
        """NumPy returns when the work is done."""


def _states(link: chainer.Link, path: str = "") -> dict[str, Variable | np.ndarray]:
    """Parameters and persistent arrays, by the attributes and indices that lead to them.

    A snapshot's names will not do: chainer.Sequential numbers its links in an order of its own.
    """
    states = {
        f"{path}{name}": value
        for name, value in vars(link).items()
        if isinstance(value, (Variable, np.ndarray))
    }
    if isinstance(link, chainer.Sequential):
        children = [(n, each) for n, each in enumerate(link) if isinstance(each, chainer.Link)]
    else:
        children = [(each.name, each) for each in link.children()]
    for name, child in children:
        states.update(_states(child, f"{path}{name}."))
    return states


def _blas() -> dict[str, object]:
    """The build and the threads of the OpenBLAS that NumPy's wheels bring; else nothing."""
    linked = ctypes.CDLL(np.core._multiarray_umath.__file__)
    for suffix in ("64_", ""):
        config = getattr(linked, f"openblas_get_config{suffix}", None)
        if config is not None:
            config.restype = ctypes.c_char_p
            threads = getattr(linked, f"openblas_get_num_threads{suffix}")()
            return {"blas": config().decode(), "threads": threads}
    return {}
