"""The runtime of JAX: loads an emitted module and runs it; the only file that imports jax."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping, NamedTuple

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

from zoo.worker.runtime import DeviceError, Gradients, execute


class Model(NamedTuple):
    """A model as JAX programs have it: a pure function and the trees that it takes.

    Attributes:
        apply: (params, *inputs) -> output; with a state, (params, state, *inputs) -> (output,
            state). By name it takes `training` where it is trained otherwise than it is evaluated,
            and `key` where it draws.
        params: what is trained, nested dictionaries and lists of arrays.
        state: running statistics and given masks, the same way; empty where there are none.
    """

    apply: Callable[..., Any]
    params: Any
    state: Any


def build(module: ModuleType, entry: str, dtype: str) -> Model:
    if dtype == "float64":
        jax.config.update("jax_enable_x64", True)  # without it, JAX makes no array of float64
    # Zeros in the shapes that it makes, for `fill` to replace: to draw them would compile for each.
    made = jax.eval_shape(getattr(module, f"init_{entry}"), jax.random.key(0))
    trees = made if isinstance(made, tuple) else (made, {})
    params, state = jax.tree.map(lambda leaf: jnp.asarray(np.zeros(leaf.shape, dtype)), trees)
    return Model(getattr(module, entry), params, state)


def fill(model: Model, arrays: Mapping[str, np.ndarray]) -> Model:
    leaves = named(model)
    for name, array in arrays.items():
        leaves[name] = jnp.array(array, leaves[name].dtype)
    structure = jax.tree.structure((model.params, model.state))
    params, state = jax.tree.unflatten(structure, leaves.values())
    return model._replace(params=params, state=state)


class Runtime:
    """One emitted model in mode `jit` or `eager` (every operation by itself)."""

    def __init__(
        self, *, mode: str, dtype: str, threads: int, device: str = "cpu", seed: int = 0
    ) -> None:
        self.dtype, self.seed = dtype, seed
        os.environ["NPROC"] = str(threads)  # XLA reads it when it starts
        jax.config.update("jax_enable_x64", dtype == "float64")
        jax.config.update("jax_disable_jit", mode == "eager")
        if device == "cpu":
            jax.config.update("jax_platforms", "cpu")
            return
        # XLA's own choice for float32 is TF32 there.
        jax.config.update("jax_default_matmul_precision", "highest")
        try:
            jax.config.update("jax_default_device", jax.devices("gpu")[0])
        except RuntimeError as error:
            raise DeviceError(f"JAX {jax.__version__} sees no GPU: {error}") from error

    def facts(self) -> dict[str, object]:
        return {
            "jax": jax.__version__,
            "jaxlib": jaxlib.__version__,
            "numpy": np.__version__,
            "platform": jax.default_backend(),
            "threads": pool_threads() or None,
            "x64": jax.config.jax_enable_x64,
            "matmul_precision": jax.config.jax_default_matmul_precision or "default",
            "random_keys": jax.config.jax_default_prng_impl,
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype) if model is None else model
        setattr(self.module, entry, self.model.apply)  # which the training step calls
        start = getattr(self.module, "init_optimizer", lambda params: {})
        self.optimizer = start(self.model.params)
        self.key = jax.random.key(self.seed)
        self._last: Any = None
        self._takes = inspect.signature(self.model.apply).parameters
        self._steps_with = inspect.signature(self.module.train_step).parameters
        self._infer = jax.jit(self._applied)
        static = ("training", "of_inputs")
        self._gradients = jax.jit(self._differentiated, static_argnames=static)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.model = fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        leaves = named(self.model).items()
        return {n: self.get(leaf) for n, leaf in leaves if n.rpartition(".")[2] != "mask"}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        structure = jax.tree.structure(self.model.params)
        return {
            f"{path}.{kept}": self.get(leaf)
            for kept, tree in self.optimizer.items()
            if jax.tree.structure(tree) == structure and kept != "total"  # of micro-batches
            for path, leaf in named(Model(None, tree, {})).items()
        }

    def put(self, array: np.ndarray) -> jax.Array:
        return jnp.array(array, self.dtype if array.dtype.kind == "f" else "int32")

    def get(self, tensor: Any) -> np.ndarray:
        if tensor.dtype == jnp.bfloat16:
            tensor = tensor.astype(jnp.float32)
        return np.array(tensor)

    def infer(self, inputs: list[jax.Array]) -> jax.Array:
        self._last, _ = self._infer(self.model.params, self.model.state, inputs)
        return self._last

    def _applied(self, params: Any, state: Any, inputs: list[jax.Array], **how: Any) -> Any:
        """The output and the new state, whether or not the model has one."""
        if "state" in self._takes:
            return self.model.apply(params, state, *inputs, **how)
        return self.model.apply(params, *inputs, **how), state

    def gradients(
        self, inputs: list[jax.Array], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        _, params, state = self.model
        training &= not {"training", "key"}.isdisjoint(self._takes)  # else it is the same program
        found = self._gradients(
            params, state, self.key, inputs, targets, training=training, of_inputs=of_inputs
        )
        (loss, (output, state)), (of_params, *rest) = found
        self.model = self.model._replace(state=state)
        self._last = found
        by_input = rest[0] if rest else [None] * len(inputs)
        by_input = [None if g is None or g.dtype == jax.dtypes.float0 else g for g in by_input]
        return Gradients(output, loss, by_input, named(Model(None, of_params, {})))

    def _differentiated(
        self,
        params: Any,
        state: Any,
        key: Any,
        inputs: Any,
        targets: Any,
        training: bool,
        of_inputs: bool,
    ) -> Any:
        how = {"training": training, "key": key if training else None}
        how = {name: value for name, value in how.items() if name in self._takes}

        def loss_of(params: Any, inputs: Any) -> Any:
            output, new_state = self._applied(params, state, inputs, **how)
            return self.module.loss_fn(output, targets), (output, new_state)

        # An integer input's gradient is of the type float0, which holds nothing.
        arguments = (0, 1) if of_inputs else (0,)
        both = jax.value_and_grad(loss_of, argnums=arguments, has_aux=True, allow_int=True)
        return both(params, inputs)

    def train_step(self, inputs: list[jax.Array], targets: Any) -> jax.Array:
        now = {"params": self.model.params, "state": self.model.state}
        now.update(optimizer=self.optimizer, key=self.key)
        carried = [name for name in self._steps_with if name in now]
        *then, loss = self.module.train_step(*(now[n] for n in carried), *inputs, targets)
        now.update(zip(carried, then))
        self.model = Model(self.model.apply, now["params"], now["state"])
        self.optimizer, self.key = now["optimizer"], now["key"]
        self._last = loss, self.model.params
        return loss

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        """XLA flushes denormals on the CPU whatever is asked."""
        precision = "tensorfloat32" if reduced_precision else "highest"
        jax.config.update("jax_default_matmul_precision", precision)
        return {
            "denormals": "kept" if jnp.float32(1e-40) * 0.5 else "flushed",
            "matmul_precision": jax.config.jax_default_matmul_precision,
        }

    def device_memory(self) -> int | None:
        device = jax.config.jax_default_device
        return device.memory_stats()["peak_bytes_in_use"] if device else None

    def synchronize(self) -> None:
        """Calls return before their work is done, on the CPU too."""
        jax.block_until_ready(self._last)


def named(model: Model) -> dict[str, jax.Array]:
    """Every array of a model by its path, such as `params.layer1.0.conv1.kernel`."""
    leaves, _ = jax.tree.flatten_with_path({"params": model.params, "state": model.state})
    return {jax.tree_util.keystr(path, simple=True, separator="."): leaf for path, leaf in leaves}


def pool_threads() -> int:
    """Threads of XLA's pool, counted by their name, as JAX does not tell; 0 without a /proc."""
    jax.devices()  # makes the pool
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return names.count("tf_XLAEigen")
