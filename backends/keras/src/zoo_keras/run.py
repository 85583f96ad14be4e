"""The runtime of Keras on every engine: the only file that imports Keras and the engine.

What differs between the engines stands in three classes, alike in shape: how threads are set and
read back, and how gradients are taken, for which Keras has no call of its own.
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read while TensorFlow is imported

import keras
import numpy as np
from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE

from zoo.worker.runtime import Gradients, execute

NAME = keras.config.backend()
NARROWED = BIT64_TO_BIT32_DTYPE["float64"]
engine = importlib.import_module(NAME)

NOT_KEPT = ("_variables", "_trainable_variables", "_accumulated_gradients")
"""An optimizer's lists of variables that are not what it keeps between steps."""

Differentiate = Callable[..., Any]
"""(inputs, targets, training, of_inputs) -> output, loss, gradients of inputs, of variables.

The variables are the trainable ones; without `of_inputs`, None stands for each input.
"""


def build(module: ModuleType, entry: str, dtype: str) -> keras.Model:
    set_dtype(dtype)
    return getattr(module, entry)()


def fill(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> keras.Model:
    variables = {variable.path: variable for variable in model.weights}
    for name, array in arrays.items():
        variables[name].assign(array)
    return model


def set_dtype(dtype: str) -> None:
    """Keras's dtype is one for the process; float64 is otherwise narrowed inside of layers."""
    keras.config.set_floatx(dtype)
    BIT64_TO_BIT32_DTYPE["float64"] = "float64" if dtype == "float64" else NARROWED
    if NAME == "jax":
        engine.config.update("jax_enable_x64", dtype == "float64")


def keep_float64(thing: Any) -> None:
    """Numbers as NumPy's float64: on TensorFlow, Keras makes float32 of Python's floats.

    Not rho, which Keras does not cast, and which Adadelta multiplies by a variable.
    """
    for name, value in vars(thing).items():
        if type(value) is float and name != "rho":
            setattr(thing, name, np.float64(value))


def _has_onednn() -> bool:
    util = importlib.import_module("tensorflow.python.util._pywrap_util_port")
    return bool(util.IsMklEnabled())


class TensorFlow:
    in_float64 = (
        "Keras on TensorFlow rounds the optimizer's numbers, such as its momentum, to float32; the "
        "runtime gave them as NumPy's float64, which is kept."
    )

    @staticmethod
    def use(threads: int) -> None:
        with suppress(RuntimeError):  # fixed where there are tensors already; read back in `facts`
            engine.config.threading.set_intra_op_parallelism_threads(threads)
            engine.config.threading.set_inter_op_parallelism_threads(threads)

    @staticmethod
    def facts() -> dict[str, object]:
        threading = engine.config.threading
        return {
            "threads": threading.get_intra_op_parallelism_threads(),
            "inter_op_threads": threading.get_inter_op_parallelism_threads(),
            "onednn": _has_onednn(),
            "tensor_float_32": engine.config.experimental.tensor_float_32_execution_enabled(),
        }

    @staticmethod
    def tune(flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        engine.config.experimental.enable_tensor_float_32_execution(reduced_precision)
        return TensorFlow.facts()

    @staticmethod
    def gradients(model: keras.Model) -> Differentiate:
        def differentiate(inputs: list[Any], targets: Any, training: bool, of_inputs: bool) -> Any:
            floats = [x for x in inputs if x.dtype.is_floating and of_inputs]
            variables = [variable.value for variable in model.trainable_variables]
            with engine.GradientTape() as tape:
                tape.watch(floats)
                output = model(batch(inputs), training=training)
                loss = model.loss(targets, output)
            # What the loss does not depend on has gradient zero; an embedding's is sparse.
            zero = engine.UnconnectedGradients.ZERO
            found = tape.gradient(loss, [*floats, *variables], unconnected_gradients=zero)
            found = [engine.convert_to_tensor(gradient) for gradient in found]
            of_floats = iter(found[: len(floats)])
            by_input = [next(of_floats, None) if x.dtype.is_floating else None for x in inputs]
            return output, loss, by_input, found[len(floats) :]

        return engine.function(differentiate, autograph=False, jit_compile=model.jit_compile)


class JAX:
    in_float64 = (
        "Keras on JAX narrows float64 to float32 inside of layers; the runtime changed "
        "keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE, so that it is kept."
    )

    @staticmethod
    def use(threads: int) -> None:
        os.environ["NPROC"] = str(threads)  # XLA reads it when it starts

    @staticmethod
    def facts() -> dict[str, object]:
        engine.devices()  # makes the pool, whose threads are counted by their name
        names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
        return {"threads": names.count("tf_XLAEigen"), "x64": engine.config.jax_enable_x64}

    @staticmethod
    def tune(flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        precision = "tensorfloat32" if reduced_precision else "highest"
        engine.config.update("jax_default_matmul_precision", precision)
        return {"matmul_precision": engine.config.jax_default_matmul_precision}

    @staticmethod
    def gradients(model: keras.Model) -> Differentiate:
        def loss_of(
            trained: list[Any], inputs: list[Any], rest: list[Any], targets: Any, training: bool
        ) -> Any:
            output, rest = model.stateless_call(trained, rest, batch(inputs), training=training)
            return model.loss(targets, output), (output, rest)

        # An integer input's gradient is of the type float0, which holds nothing.
        both = engine.value_and_grad(loss_of, argnums=(0, 1), has_aux=True, allow_int=True)
        of_variables = engine.value_and_grad(loss_of, argnums=(0,), has_aux=True)
        if model.jit_compile:
            both = engine.jit(both, static_argnums=4)
            of_variables = engine.jit(of_variables, static_argnums=4)

        def differentiate(inputs: list[Any], targets: Any, training: bool, of_inputs: bool) -> Any:
            trained = [variable.value for variable in model.trainable_variables]
            rest = [variable.value for variable in model.non_trainable_variables]
            (loss, (output, rest)), (found, *by_input) = (both if of_inputs else of_variables)(
                trained, inputs, rest, targets, training
            )
            for variable, value in zip(model.non_trainable_variables, rest):
                variable.assign(value)
            by_input = by_input[0] if by_input else [None] * len(inputs)
            by_input = [
                None if g is None or g.dtype == engine.dtypes.float0 else g for g in by_input
            ]
            return output, loss, by_input, found

        return differentiate


class PyTorch:
    in_float64 = (
        "Keras on PyTorch narrows float64 to float32 inside of layers; the runtime changed "
        "keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE, so that it is kept."
    )

    @staticmethod
    def use(threads: int) -> None:
        engine.set_num_threads(threads)

    @staticmethod
    def facts() -> dict[str, object]:
        return {
            "threads": engine.get_num_threads(),
            "mkldnn": engine.backends.mkldnn.is_available(),
            "float32_matmul_precision": engine.get_float32_matmul_precision(),
        }

    @staticmethod
    def tune(flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        engine.set_flush_denormal(flush_denormals)
        engine.set_float32_matmul_precision("high" if reduced_precision else "highest")
        return PyTorch.facts()

    @staticmethod
    def gradients(model: keras.Model) -> Differentiate:
        def differentiate(inputs: list[Any], targets: Any, training: bool, of_inputs: bool) -> Any:
            leaves = [
                x.detach().requires_grad_(of_inputs and x.is_floating_point()) for x in inputs
            ]
            model.zero_grad()
            output = model(batch(leaves), training=training)
            loss = model.loss(targets, output)
            loss.backward()
            found = [variable.value.grad for variable in model.trainable_variables]
            return output, loss, [x.grad for x in leaves], found

        return differentiate


ENGINE = {"tensorflow": TensorFlow, "jax": JAX, "torch": PyTorch}[NAME]


class Runtime:
    """One emitted model: `jit` and `xla` with jit_compile, `graph` and `eager` without."""

    def __init__(self, *, mode: str, dtype: str, threads: int, seed: int = 0) -> None:
        self.mode, self.dtype = mode, dtype
        ENGINE.use(threads)
        set_dtype(dtype)
        keras.utils.set_random_seed(seed)

    @property
    def compiles(self) -> bool:
        return self.mode in ("jit", "xla")

    def facts(self) -> dict[str, object]:
        facts = {
            "keras": keras.__version__,
            NAME: engine.__version__,
            "numpy": np.__version__,
            "jit_compile": self.compiles,
            "floatx": keras.config.floatx(),
            **ENGINE.facts(),
        }
        return {**facts, "notes": [ENGINE.in_float64]} if self.dtype == "float64" else facts

    def load(self, source: str, entry: str, model: Any = None) -> None:
        keras.utils.clear_session()  # layers without a name are numbered from 1 again
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype) if model is None else model
        self.module.compile_model(self.model)
        self.model.run_eagerly = (NAME, self.mode) == ("jax", "eager")
        self.model.jit_compile = self.compiles
        if self.dtype == "float64" and NAME == "tensorflow":
            keep_float64(self.model.optimizer)
            keep_float64(self.model.optimizer._learning_rate)  # which may be a schedule
        if self.model.jit_compile != self.compiles:
            raise RuntimeError(f"Keras does not run this model in mode {self.mode}")
        self._gradients = ENGINE.gradients(self.model)
        self._found: list[Any] = []

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        return {
            variable.path: self.get(variable.value)
            for variable in self.model.weights
            if variable.name != "mask"
        }

    def optimizer_state(self) -> dict[str, np.ndarray]:
        lists = {n: v for n, v in vars(self.model.optimizer).items() if n not in NOT_KEPT}
        return {
            f"{variable.path}.{name}": self.get(kept.value)
            for name, values in lists.items()
            if isinstance(values, list) and all(isinstance(v, keras.Variable) for v in values)
            for variable, kept in zip(self.model.trainable_variables, values)
        }

    def put(self, array: np.ndarray) -> Any:
        dtype = self.dtype if array.dtype.kind == "f" else "int32"
        return keras.ops.convert_to_tensor(np.array(array), dtype)

    def get(self, tensor: Any) -> np.ndarray:
        if self.dtype == "bfloat16":
            tensor = keras.ops.cast(tensor, "float32")
        return np.array(keras.ops.convert_to_numpy(tensor))

    def infer(self, inputs: list[Any]) -> np.ndarray:
        return self.model.predict_on_batch(batch(inputs))

    def gradients(
        self, inputs: list[Any], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        output, loss, by_input, found = self._gradients(inputs, targets, training, of_inputs)
        self._found = found
        paths = [variable.path for variable in self.model.trainable_variables]
        parameters = {path: g for path, g in zip(paths, found) if g is not None}
        return Gradients(output, loss, by_input, parameters)

    def train_step(self, inputs: list[Any], targets: Any) -> float:
        return self.module.train_step(self.model, *inputs, targets)

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        found = ENGINE.tune(flush_denormals, reduced_precision)
        half = keras.ops.convert_to_tensor(np.array(1e-40, "float32")) * 0.5
        return {"denormals": "kept" if np.any(self.get(half)) else "flushed", **found}

    def synchronize(self) -> None:
        """What train_on_batch and predict_on_batch return is outside of the engine already.

        Not so gradients, which JAX returns before they are computed.
        """
        if NAME == "jax":
            engine.block_until_ready(self._found)


def batch(inputs: list[Any]) -> Any:
    """A model with one input takes it without a list."""
    return inputs[0] if len(inputs) == 1 else inputs
