"""What JAX without Flax answers to the questions of `zoo.conventions`; runs in a worker alone.

JAX itself has functions and initializers; the layers and optimizers are those that it ships, in
`jax.example_libraries.stax` and `jax.example_libraries.optimizers`.
"""

from __future__ import annotations

from typing import Any, Callable

import jax
import jax.numpy as jnp
import numpy as np


def versions() -> dict[str, str]:
    from jaxlib.version import __version__ as jaxlib

    return {"jax": jax.__version__, "jaxlib": jaxlib, "numpy": np.__version__}


def put(values: Any, dtype: str = "float32") -> jax.Array:
    return jnp.asarray(np.asarray(values), dtype)


def gradient(function: Callable[[jax.Array], jax.Array], values: Any) -> np.ndarray:
    """Of the sum of the function's values."""
    return np.asarray(jax.grad(lambda x: jnp.sum(function(x)))(put(values)))


def layer(pair: tuple[Callable[..., Any], Callable[..., Any]], x: jax.Array) -> tuple[Any, Any]:
    """Output and parameters of a layer of stax."""
    initialise, apply = pair
    _shape, parameters = initialise(jax.random.key(0), x.shape)
    return apply(parameters, x, rng=jax.random.key(1)), parameters


def dtype_of(call: Callable[[], jax.Array]) -> str:
    try:
        return call().dtype.name
    except TypeError:
        return "error"
