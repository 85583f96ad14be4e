from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.example_libraries import stax

from zoo.conventions.measuring import outcome, which
from zoo_jax.conventions import dtype_of, layer, put


def float64_array():
    """jax.numpy.array"""
    return dtype_of(lambda: jnp.array(np.ones(2)))


def float64_through_dense():
    """jax.example_libraries.stax.Dense(2)"""
    return dtype_of(lambda: layer(stax.Dense(2), jnp.array(np.ones((1, 2))))[0])


def python_float():
    """jax.numpy.array"""
    return dtype_of(lambda: jnp.array(1.5))


def python_integer():
    """jax.numpy.array"""
    return dtype_of(lambda: jnp.array([1, 2]))


def arange_dtype():
    """jax.numpy.arange"""
    return dtype_of(lambda: jnp.arange(3))


def zeros_dtype():
    """jax.numpy.zeros"""
    return dtype_of(lambda: jnp.zeros(3))


def int32_plus_float32():
    """jax.Array.__add__"""
    return dtype_of(lambda: put([1], "int32") + put([1]))


def float32_plus_float64():
    """jax.Array.__add__ with jax.enable_x64(True)"""
    with jax.enable_x64(True):
        return dtype_of(lambda: put([1]) + put([1], "float64"))


def float16_plus_python_float():
    """jax.Array.__add__"""
    return dtype_of(lambda: put([1], "float16") + 1.5)


def int32_sum_dtype():
    """jax.numpy.sum"""
    return dtype_of(lambda: jnp.sum(put([1, 2], "int32")))


def integer_mean():
    """jax.numpy.mean"""
    return which(jnp.mean(put([1, 2], "int32")), {"1": 1.0, "1.5": 1.5})


def integer_division():
    """jax.Array.__truediv__"""
    return which(put(1, "int32") / put(2, "int32"), {"0": 0.0, "0.5": 0.5})


def index_out_of_range():
    """jax.Array.__getitem__"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: put([1.0, 2.0, 3.0])[5], lambda y: which(y, words))


def index_negative():
    """jax.Array.__getitem__"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: put([1.0, 2.0, 3.0])[-1], lambda y: which(y, words))


def one_hot_out_of_range():
    """jax.nn.one_hot"""
    return outcome(lambda: jax.nn.one_hot(5, 3), lambda y: which(y.sum(), {"zeros": 0}))


def argmax_ties():
    """jax.numpy.argmax"""
    return jnp.argmax(put([1.0, 3.0, 3.0])).item()


def argmax_of_nan():
    """jax.numpy.argmax"""
    return jnp.argmax(put([1.0, np.nan, 3.0])).item()


def top_k_ties():
    """jax.lax.top_k"""
    return jax.lax.top_k(put([1.0, 3.0, 3.0, 3.0]), 2)[1].tolist()


def sort_with_nan():
    """jax.numpy.sort"""
    return jnp.sort(put([2.0, np.nan, 1.0])).tolist()


def max_of_nothing():
    """jax.numpy.max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: jnp.max(jnp.zeros(0)), lambda y: which(y, words))
