from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.example_libraries import stax

from zoo.conventions.measuring import slope_word
from zoo_jax.conventions import gradient, layer, put


def relu_at_zero():
    """jax.nn.relu"""
    return gradient(jax.nn.relu, 0.0)


def relu6_at_zero():
    """jax.nn.relu6"""
    return gradient(jax.nn.relu6, 0.0)


def relu6_at_six():
    """jax.nn.relu6"""
    return gradient(jax.nn.relu6, 6.0)


def abs_at_zero():
    """jax.numpy.abs"""
    return gradient(jnp.abs, 0.0)


def sign_anywhere():
    """jax.numpy.sign"""
    return slope_word(gradient(jnp.sign, 2.0))


def round_anywhere():
    """jax.numpy.round"""
    return slope_word(gradient(jnp.round, 1.2))


def leaky_relu_at_zero():
    """jax.nn.leaky_relu(negative_slope=0.1)"""
    return gradient(lambda x: jax.nn.leaky_relu(x, 0.1), 0.0)


def elu_at_zero():
    """jax.nn.elu(alpha=2)"""
    return gradient(lambda x: jax.nn.elu(x, 2.0), 0.0)


def hard_sigmoid_at_corner():
    """jax.nn.hard_sigmoid"""
    return gradient(jax.nn.hard_sigmoid, 3.0)


def maximum_first():
    """jax.numpy.maximum"""
    return gradient(lambda x: jnp.maximum(x, 0.0), 0.0)


def maximum_second():
    """jax.numpy.maximum"""
    return gradient(lambda x: jnp.maximum(0.0, x), 0.0)


def clip_at_lower_bound():
    """jax.numpy.clip"""
    return gradient(lambda x: jnp.clip(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """jax.numpy.clip"""
    return gradient(lambda x: jnp.clip(x, 0.0, 1.0), 1.0)


def max_ties():
    """jax.numpy.max(x)"""
    return gradient(jnp.max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """jax.numpy.max(x, axis=0)"""
    return gradient(lambda x: jnp.max(x, axis=0), [1.0, 1.0, 0.0])


def min_ties():
    """jax.numpy.min(x)"""
    return gradient(jnp.min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """jax.example_libraries.stax.MaxPool((2,))"""
    return gradient(lambda x: layer(stax.MaxPool((2,)), x)[0], [[[1.0], [1.0]]])[0, :, 0]


def sort_ties():
    """jax.numpy.sort"""
    weights = put([1.0, 10.0, 100.0])
    return gradient(lambda x: jnp.sort(x) * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """jax.numpy.linalg.norm"""
    return gradient(jnp.linalg.norm, [0.0, 0.0])


def std_of_equals():
    """jax.numpy.std"""
    return gradient(jnp.std, [1.0, 1.0])


def sqrt_at_zero():
    """jax.numpy.sqrt"""
    return gradient(jnp.sqrt, 0.0)


def log_at_zero():
    """jax.numpy.log"""
    return gradient(jnp.log, 0.0)


def power_zero_at_zero():
    """x ** 0.0"""
    return gradient(lambda x: x**0.0, 0.0)


def where_sqrt_at_zero():
    """jax.numpy.where(x > 0, jax.numpy.sqrt(x), 0)"""
    return gradient(lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0), 0.0)


def prod_with_zero():
    """jax.numpy.prod"""
    return gradient(jnp.prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """jax.numpy.prod"""
    return gradient(jnp.prod, [0.0, 0.0, 3.0])
