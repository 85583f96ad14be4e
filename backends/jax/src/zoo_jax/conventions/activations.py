from __future__ import annotations

import math

import jax
from jax.example_libraries import stax

from zoo.conventions import measuring
from zoo.conventions.asking import lacks
from zoo_jax.conventions import layer, put


def gelu_form():
    """jax.example_libraries.stax.Gelu"""
    return measuring.gelu_form(lambda x: layer(stax.Gelu, put(x))[0])


def gelu_operator_form():
    """jax.nn.gelu"""
    return measuring.gelu_form(lambda x: jax.nn.gelu(put(x)))


def leaky_relu_slope():
    """jax.example_libraries.stax.LeakyRelu"""
    return -layer(stax.LeakyRelu, put([-1.0]))[0].item()


def leaky_relu_operator_slope():
    """jax.nn.leaky_relu"""
    return -jax.nn.leaky_relu(put(-1.0)).item()


def prelu_initial_slope():
    """jax.nn"""
    raise lacks(jax.nn, "PReLU", "prelu")


def elu_at_minus_one():
    """jax.example_libraries.stax.Elu"""
    return layer(stax.Elu, put([-1.0]))[0].item()


def elu_operator_at_minus_one():
    """jax.nn.elu"""
    return jax.nn.elu(put(-1.0)).item()


def selu_at_one():
    """jax.nn.selu"""
    return jax.nn.selu(put(1.0)).item()


def swish_at_one():
    """jax.nn.silu"""
    return jax.nn.silu(put(1.0)).item()


def hard_sigmoid_at_one():
    """jax.nn.hard_sigmoid"""
    return jax.nn.hard_sigmoid(put(1.0)).item()


def hard_swish_at_one():
    """jax.nn.hard_swish"""
    return jax.nn.hard_swish(put(1.0)).item()


def softplus_excess():
    """jax.nn.softplus with jax.enable_x64(True)"""
    with jax.enable_x64(True):
        return jax.nn.softplus(put(20.5, "float64")).item() - 20.5


def softmax_axis():
    """jax.nn.softmax"""
    return measuring.softmax_axis(lambda x: jax.nn.softmax(put(x)))


def log_softmax_far():
    """jax.nn.log_softmax"""
    return jax.nn.log_softmax(put([0.0, 1000.0]))[0].item()


def logsumexp_of_minus_infinities():
    """jax.nn.logsumexp"""
    return jax.nn.logsumexp(put([-math.inf, -math.inf])).item()
