from __future__ import annotations

import math

from keras import layers, ops

from zoo.conventions import measuring
from zoo_keras.conventions import get, put, put_double


def gelu_form():
    """keras.layers.Activation("gelu")"""
    return measuring.gelu_form(lambda x: get(layers.Activation("gelu")(put(x))))


def gelu_operator_form():
    """keras.ops.gelu"""
    return measuring.gelu_form(lambda x: get(ops.gelu(put(x))))


def leaky_relu_slope():
    """keras.layers.LeakyReLU()"""
    return -get(layers.LeakyReLU()(put([-1.0])))[0]


def leaky_relu_operator_slope():
    """keras.ops.leaky_relu"""
    return -get(ops.leaky_relu(put(-1.0)))


def prelu_initial_slope():
    """keras.layers.PReLU()"""
    return -get(layers.PReLU()(put([[-1.0]])))[0, 0]


def elu_at_minus_one():
    """keras.layers.ELU()"""
    return get(layers.ELU()(put([-1.0])))[0]


def elu_operator_at_minus_one():
    """keras.ops.elu"""
    return get(ops.elu(put(-1.0)))


def selu_at_one():
    """keras.ops.selu"""
    return get(ops.selu(put(1.0)))


def swish_at_one():
    """keras.ops.silu"""
    return get(ops.silu(put(1.0)))


def hard_sigmoid_at_one():
    """keras.ops.hard_sigmoid"""
    return get(ops.hard_sigmoid(put(1.0)))


def hard_swish_at_one():
    """keras.ops.hard_silu"""
    return get(ops.hard_silu(put(1.0)))


def softplus_excess():
    """keras.ops.softplus"""
    return get(ops.softplus(put_double(20.5))) - 20.5


def softmax_axis():
    """keras.ops.softmax"""
    return measuring.softmax_axis(lambda x: get(ops.softmax(put(x))))


def log_softmax_far():
    """keras.ops.log_softmax"""
    return get(ops.log_softmax(put([0.0, 1000.0])))[0]


def logsumexp_of_minus_infinities():
    """keras.ops.logsumexp"""
    return get(ops.logsumexp(put([-math.inf, -math.inf])))
