"""A model as the framework's own object, in this process."""

from __future__ import annotations

import importlib
import os
import shlex
import sys
from typing import Any, Mapping, cast

import numpy as np
from numpy.typing import NDArray
from packaging.markers import default_environment

from zoo import plugins
from zoo.backend import Backend, blamed
from zoo.dtypes import check_dtype, representable
from zoo.errors import BackendUnavailable, UsageError, nearest
from zoo.spec import initial
from zoo.spec.graph import Spec
from zoo.worker.runtime import execute

Array = NDArray[Any]


def build(
    spec: Spec,
    backend: str,
    params: Mapping[str, Array] | None = None,
    *,
    dtype: str = "float32",
    seed: int = 0,
) -> Any:
    """Build a model as the framework's own object, for a training loop of one's own.

    It is an instance of the emitted class, so its source is what `zoo.emit` gives.

    Args:
        spec: the model.
        backend: a name such as `torch`, whose framework this process can import.
        params: parameters and statistics by canonical name, as in `spec.states`, in canonical
            shapes; those left out begin as the specification says.
        dtype: one that the backend computes in, such as "float32".
        seed: of the initial values.

    Returns:
        torch.nn.Module, tf.Module, keras.Model, mxnet.gluon.HybridBlock, chainer.Chain, or for JAX
        a function with its pytrees.

    Raises:
        UsageError: no such backend, or parameters whose names or shapes are not the model's.
        UnsupportedError: the backend cannot express the model; all findings at once.
        BackendUnavailable: this process cannot import the framework; has the pip command.
    """
    check_dtype(dtype)
    found = plugins.backend(backend)
    found.check_dtype(dtype)
    state = {**initial.initial_state(spec, seed), **_checked(spec, params or {})}
    program = found.emit(spec)
    runtime = runtime_of(found)
    arrays = {name: representable(np.asarray(array), dtype) for name, array in state.items()}
    slots = found.bindings(spec)
    with blamed(found.name, found.distribution):
        model = runtime.build(execute(program.source), program.entry, dtype)
        return runtime.fill(model, slots.to_framework(arrays))


def _checked(spec: Spec, params: Mapping[str, Array]) -> dict[str, Array]:
    for name, array in params.items():
        if name not in spec.states:
            raise UsageError(f"{spec.name} has no {name!r}: {nearest(name, spec.states)}")
        if np.shape(array) != spec.states[name].shape:
            wanted = spec.states[name].shape
            raise UsageError(f"{name} has shape {np.shape(array)}; {spec.name} wants {wanted}")
    return {name: np.asarray(array) for name, array in params.items()}


def runtime_of(backend: Backend) -> Any:
    """The module that imports the framework, with the variables that it reads while imported.

    Raises BackendUnavailable, with the pip command, if this process cannot import it.
    """
    for name, value in backend.settings.items():
        if os.environ.get(name) != value and backend.module in sys.modules:
            reason = f"{backend.module} was imported without {name}={value}"
            mend = f"set {name}={value} before {backend.module} is first imported"
            raise BackendUnavailable(backend.name, reason, mend)
        os.environ[name] = value
    try:
        return importlib.import_module(backend.runtime)
    except ImportError as error:
        pins = backend.pins(cast("Mapping[str, str]", default_environment()))
        mend = shlex.join([sys.executable, "-m", "pip", "install", *pins])
        reason = f"this process cannot import it: {error}"
        raise BackendUnavailable(backend.name, reason, mend) from error
