"""What a backend's `run.py` provides: two functions, and the class `Runtime`, told as protocols.

They know nothing of specifications. They load an emitted source, and move arrays in and out by the
framework's own names and layouts; the caller maps them to the canonical ones.
"""

from __future__ import annotations

import linecache
import zlib
from types import ModuleType
from typing import Any, Mapping, NamedTuple, Protocol, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class DeviceError(Exception):
    """A framework sees no device of the kind that was asked for."""


class Gradients(NamedTuple):
    """Tensors of the framework from one backward pass.

    Attributes:
        output: what the model returned.
        loss: the scalar that was differentiated.
        inputs: d loss / d input for each input; None for an integer one.
        parameters: d loss / d parameter by the framework's own names.
    """

    output: Any
    loss: Any
    inputs: Sequence[Any]
    parameters: Mapping[str, Any]


def execute(source: str) -> ModuleType:
    """The module that an emitted source is, run; errors and debuggers show its lines."""
    name = f"<emitted {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    module = ModuleType("emitted")
    exec(compile(source, name, "exec"), module.__dict__)
    return module


class Build(Protocol):
    """`build` in `run.py`."""

    def __call__(self, module: ModuleType, entry: str, dtype: str) -> Any:
        """The framework's own object of the model that the module calls `entry`.

        `dtype` is one that the backend computes in. Nothing else of the process is configured.
        """


class Fill(Protocol):
    """`fill` in `run.py`."""

    def __call__(self, model: Any, arrays: Mapping[str, Array]) -> Any:
        """The model (the same object where it is mutable) holding these arrays.

        The arrays are parameters, statistics and dropout masks by the framework's own names.
        """


class Runtime(Protocol):
    """One model in one mode and dtype of a framework; a new object for each configuration."""

    def __init__(
        self, *, mode: str, dtype: str, threads: int, device: str = "cpu", seed: int = 0
    ) -> None:
        """Configure the framework and seed its generator; `dtype` is one that it computes in.

        Backends that compute on the CPU alone need no `device`, those whose programs draw nothing
        no `seed`. Raises DeviceError if there is no device of that kind.
        """

    def facts(self) -> dict[str, object]:
        """Versions, threads read back and the flags that matter; JSON-able.

        `notes`, if there, is a list of sentences that a reader of its results has to know.
        """

    def load(self, source: str, entry: str, model: Any = None) -> None:
        """Run `source` as a module and build the model class that it calls `entry`.

        A `model` that is given, an object such as `build` makes, takes the place of what would be
        built; loss and training step are those of the source. Nothing but `zoo.check` gives one.
        """

    def write(self, arrays: Mapping[str, Array]) -> None:
        """Set parameters, statistics and dropout masks, by the framework's own names."""

    def read(self) -> dict[str, np.ndarray[Any, Any]]:
        """All parameters and statistics, no masks, under the names that `write` takes."""

    def optimizer_state(self) -> dict[str, np.ndarray[Any, Any]]:
        """What the optimizer keeps of each parameter, as `<parameter>.<name>`.

        Both names are the framework's own; the arrays have the parameter's layout.
        """

    def put(self, array: Array) -> Any:
        """A tensor: floats in the dtype under test, integers as the framework wants them."""

    def get(self, tensor: Any) -> np.ndarray[Any, Any]:
        """The tensor's values, once they are computed; those of bfloat16 as float32."""

    def infer(self, inputs: list[Any]) -> Any:
        """The output in evaluation mode, without gradients."""

    def gradients(
        self, inputs: list[Any], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        """One backward pass; statistics move only if `training`.

        Without `of_inputs` the inputs' gradients are not computed, and None stands for each.
        """

    def train_step(self, inputs: list[Any], targets: Any) -> Any:
        """The loss of one step of the emitted training step."""

    def synchronize(self) -> None:
        """Return when all submitted work is done."""


class Tuned(Protocol):
    """What a `Runtime` may have besides, for benchmarks."""

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> Mapping[str, object]:
        """Set how float32 is computed, as far as the framework allows; return what it reads back.

        Args:
            flush_denormals: numbers too small for full precision become zero.
            reduced_precision: products may round their factors to TF32 or bfloat16.
        """

    def device_memory(self) -> int | None:
        """Bytes that were allocated on the device at most; None on the CPU."""
