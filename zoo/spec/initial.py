"""States, masks and inputs from a seed, so that every framework starts from the same bits.

Each array has its own counter-based stream (Philox4x64-10: Salmon et al. 2011), keyed by the seed
and the array's name: adding a layer changes no other array. Only the generator's raw bits are
used, which NumPy promises to keep in every version.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.spec.graph import Spec
from zoo.spec.op import State

Array = NDArray[Any]


def uniform(shape: tuple[int, ...], *key: object) -> Array:
    """Float64 in [0, 1), 53 random bits each, from a stream named by `key`."""
    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    generator = np.random.Philox(key=np.frombuffer(digest[:16], "<u8").copy())
    raw = np.asarray(generator.random_raw(math.prod(shape)), np.uint64) >> np.uint64(11)
    return np.asarray(raw.astype(np.float64).reshape(shape) * 2.0**-53)


def normal(shape: tuple[int, ...], *key: object) -> Array:
    """Float64 of the standard normal law, by the transformation of Box and Muller (1958)."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(shape, *key, "radius")))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(shape, *key, "angle")))


def initial_state(spec: Spec, seed: int = 0) -> dict[str, Array]:
    """Parameters and statistics as training starts from, float64, by full name.

    The law of each stands with its op: Glorot for dense layers and attention, He for convolutions,
    ones and zeros for norms and biases.
    """
    return {name: _initial(state, seed, name) for name, state in spec.states.items()}


def _initial(state: State, seed: int, name: str) -> Array:
    if state.law == "normal":
        return state.std * normal(state.shape, seed, "state", name)
    return np.full(state.shape, 1.0 if state.law == "ones" else 0.0)


def generic_state(spec: Spec, seed: int = 0) -> dict[str, Array]:
    """Like `initial_state`, but nothing is zero or one, so that no fault hides behind it.

    Scales and variances are uniform in [0.5, 1.5), biases and means normal with deviation 0.1.
    """
    made = {}
    for name, state in spec.states.items():
        if state.law == "ones":
            made[name] = 0.5 + uniform(state.shape, seed, "generic", name)
        elif state.law == "zeros":
            made[name] = 0.1 * normal(state.shape, seed, "generic", name)
        else:
            made[name] = _initial(state, seed, name)
    return made


def masks(spec: Spec, batch: int, seed: int = 0, step: int = 0) -> dict[str, Array]:
    """Dropout masks of one training step by full name: uint8, 0 with the op's drop rate, else 1."""
    return {
        name: (uniform((batch, *m.shape), seed, "mask", step, name) >= m.drop_rate).astype(np.uint8)
        for name, m in spec.masks.items()
    }


def random_inputs(spec: Spec, batch: int, seed: int = 0, step: int = 0) -> dict[str, Array]:
    """Inputs by name: standard normal floats, or integers uniform in the input's range."""
    made = {}
    for node in spec.inputs:
        shape, key = (batch, *node.type.shape), (seed, "input", step, node.name)
        below: Any = node.op.attributes()["below"]
        made[node.name] = _below(below, shape, *key) if below else normal(shape, *key)
    return made


def random_target(spec: Spec, batch: int, seed: int = 0, step: int = 0) -> Array:
    """Targets of the loss: integers below the number of classes, or standard normal floats."""
    type = spec.loss.target(spec.output_type)
    shape, key = (batch, *type.shape), (seed, "target", step)
    if type.dtype == "int":
        classes = spec.output_type.shape[-1]
        return _below(classes, shape, *key)
    return normal(shape, *key)


def _below(limit: Any, shape: tuple[int, ...], *key: object) -> Array:
    return np.asarray(np.floor(uniform(shape, *key) * limit), np.int64)
