from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax.example_libraries import stax

from zoo.conventions import measuring
from zoo.conventions.measuring import which
from zoo_jax.conventions import put


def round_half():
    """jax.numpy.round"""
    return jnp.round(put([0.5, 1.5, 2.5])).tolist()


def variance_divisor():
    """jax.numpy.var"""
    return which(jnp.var(put([1.0, 3.0])), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """jax.numpy.var"""
    return jnp.var(put([1.0])).item()


def median_of_four():
    """jax.numpy.median"""
    return jnp.median(put([1.0, 2.0, 3.0, 4.0])).item()


def remainder_of_negative():
    """jax.Array.__mod__"""
    return (put(-7, "int32") % put(3, "int32")).item()


def floor_division_of_negative():
    """jax.Array.__floordiv__"""
    return (put(-7, "int32") // put(3, "int32")).item()


def denormal_product():
    """jax.Array.__mul__"""
    return (put([1e-40]) * put([0.5])).item() / 5e-41


def max_of_nan():
    """jax.numpy.max"""
    return jnp.max(put([1.0, math.nan])).item()


def maximum_of_nan():
    """jax.numpy.maximum"""
    return jnp.maximum(put(math.nan), put(1.0)).item()


def relu_of_nan():
    """jax.nn.relu"""
    return jax.nn.relu(put(math.nan)).item()


def sign_of_nan():
    """jax.numpy.sign"""
    return jnp.sign(put(math.nan)).item()


def clip_of_nan():
    """jax.numpy.clip"""
    return jnp.clip(put(math.nan), 0.0, 1.0).item()


def float16_sum():
    """jax.numpy.sum"""
    return jnp.sum(jnp.ones(4096, "float16")).item()


def float16_mean_of_large():
    """jax.numpy.mean"""
    return jnp.mean(jnp.full(16, 10_000.0, "float16")).item()


def float32_matmul():
    """jax.numpy.matmul"""
    x = jnp.full((64, 64), 1 + 2.0**-12)
    return "float32" if (x @ jnp.eye(64) == x).all() else "reduced"


def erf_precision():
    """jax.scipy.special.erf with jax.enable_x64(True)"""
    with jax.enable_x64(True):
        return measuring.erf_precision(lambda x: jax.scipy.special.erf(put(x, "float64")))


def dense_precision():
    """jax.example_libraries.stax.Dense(1)"""

    def dense(x, weights):
        _initialise, apply = stax.Dense(1)
        return apply((jnp.array(weights[:, None]), jnp.zeros(1)), jnp.array(x))

    return measuring.dense_precision(dense)


def gelu_precision():
    """jax.nn.gelu(approximate=False) with jax.enable_x64(True)"""
    with jax.enable_x64(True):
        return measuring.gelu_precision(lambda x: jax.nn.gelu(put(x, "float64"), approximate=False))
