"""The runtime of TensorFlow: loads an emitted module and runs it; the only file that imports it."""

from __future__ import annotations

import inspect
import os
from contextlib import suppress
from types import ModuleType
from typing import Any, Iterator, Mapping

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read while TensorFlow is imported

import numpy as np
import tensorflow as tf
from tensorflow.python.util import _pywrap_util_port

from zoo.worker.runtime import Gradients, execute


def build(module: ModuleType, entry: str, dtype: str) -> tf.Module:
    module.DTYPE = tf.as_dtype(dtype)  # type: ignore[attr-defined]
    return getattr(module, entry)()


def fill(model: tf.Module, arrays: Mapping[str, np.ndarray]) -> tf.Module:
    states = dict(variables(model))
    for name, array in arrays.items():
        states[name].assign(array.astype(states[name].dtype.as_numpy_dtype))
    return model


class Runtime:
    """One emitted model in mode `graph` (tf.function) or `xla` (tf.function, jit_compile)."""

    def __init__(self, *, mode: str, dtype: str, threads: int, seed: int = 0) -> None:
        self.jit, self.dtype = mode == "xla", dtype
        with suppress(RuntimeError):  # fixed where there are tensors already; read back in `facts`
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        tf.random.set_seed(seed)

    def facts(self) -> dict[str, object]:
        return {
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
            "threads": tf.config.threading.get_intra_op_parallelism_threads(),
            "inter_op_threads": tf.config.threading.get_inter_op_parallelism_threads(),
            "onednn": bool(_pywrap_util_port.IsMklEnabled()),
            "tensor_float_32": tf.config.experimental.tensor_float_32_execution_enabled(),
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype) if model is None else model
        self.states = dict(variables(self.model))
        self.optimizer = self.module.make_optimizer(self.model)
        # AutoGraph would look for a source file; the emitted code needs no rewriting.
        options = {"autograph": False, "jit_compile": self.jit or None}
        step = self.module.train_step.python_function
        # The modules are bound here: as arguments they would be looked at in every call.
        bound = lambda *batch: step(self.model, self.optimizer, *batch)  # noqa: E731
        self._train_step = tf.function(bound, **options)
        self._infer = tf.function(lambda *inputs: self.model(*inputs), **options)
        self._gradients = tf.function(self._differentiate, **options)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        return {
            name: self.get(variable)
            for name, variable in self.states.items()
            if name.rpartition(".")[2] != "mask"
        }

    def optimizer_state(self) -> dict[str, np.ndarray]:
        optimizer = getattr(self.optimizer, "optimizer", self.optimizer)  # of Accumulated
        names = {variable.ref(): name for name, variable in self.states.items()}
        return {
            f"{names[variable.ref()]}.{kept}": self.get(value)
            for kept, values in vars(optimizer).items()
            if isinstance(values, list) and kept != "trained" and not kept.startswith("_")
            for variable, value in zip(optimizer.trained, values)
        }

    def put(self, array: np.ndarray) -> tf.Tensor:
        return tf.constant(np.array(array, self.dtype if array.dtype.kind == "f" else "int32"))

    def get(self, tensor: Any) -> np.ndarray:
        if tensor.dtype == tf.bfloat16:
            tensor = tf.cast(tensor, tf.float32)
        return np.array(tensor)

    def infer(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        return self._infer(*inputs)

    def gradients(
        self, inputs: list[tf.Tensor], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        output, loss, floats, parameters = self._gradients(inputs, targets, training, of_inputs)
        found = iter(floats)
        by_input = [next(found, None) if x.dtype.is_floating else None for x in inputs]
        return Gradients(output, loss, by_input, parameters)

    def _differentiate(
        self, inputs: list[tf.Tensor], targets: Any, training: bool, of_inputs: bool
    ) -> Any:
        reads_flag = "training" in inspect.signature(type(self.model).__call__).parameters
        flag = {"training": training} if reads_flag else {}
        floats = [x for x in inputs if x.dtype.is_floating and of_inputs]
        parameters = {name: v for name, v in self.states.items() if v.trainable}
        with tf.GradientTape() as tape:
            tape.watch(floats)
            output = self.model(*inputs, **flag)
            loss = self.module.loss_fn(output, targets)
        # What the loss does not depend on has gradient zero; an embedding's gradient is sparse.
        found = tape.gradient(
            loss,
            [*floats, *parameters.values()],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        found = [tf.convert_to_tensor(gradient) for gradient in found]
        return output, loss, found[: len(floats)], dict(zip(parameters, found[len(floats) :]))

    def train_step(self, inputs: list[tf.Tensor], targets: Any) -> tf.Tensor:
        return self._train_step(*inputs, targets)

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        """TensorFlow flushes denormals whatever is asked."""
        tf.config.experimental.enable_tensor_float_32_execution(reduced_precision)
        return {
            "denormals": "kept" if tf.constant(1e-40) * 0.5 else "flushed",
            "tensor_float_32": tf.config.experimental.tensor_float_32_execution_enabled(),
        }

    def synchronize(self) -> None:
        """TensorFlow on the CPU returns from a tf.function when the work is done."""


def variables(thing: Any, path: str = "") -> Iterator[tuple[str, tf.Variable]]:
    """Every variable of a module by its attribute path, such as `layer1.0.conv1.kernel`."""
    if isinstance(thing, tf.Variable):
        yield path[1:], thing
    elif isinstance(thing, tf.Module):
        for name, value in vars(thing).items():
            yield from variables(value, f"{path}.{name}")
    elif isinstance(thing, list):
        for index, value in enumerate(thing):
            yield from variables(value, f"{path}.{index}")
