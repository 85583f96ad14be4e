from __future__ import annotations

import tensorflow as tf

from zoo.conventions import measuring
from zoo.conventions.asking import lacks
from zoo_tensorflow.conventions import get, put


def gelu_form():
    """tf.nn"""
    raise lacks(tf.nn, "GELU")


def gelu_operator_form():
    """tf.nn.gelu"""
    return measuring.gelu_form(lambda x: get(tf.nn.gelu(put(x))))


def leaky_relu_slope():
    """tf.nn"""
    raise lacks(tf.nn, "LeakyReLU")


def leaky_relu_operator_slope():
    """tf.nn.leaky_relu"""
    return -get(tf.nn.leaky_relu(put(-1.0)))


def prelu_initial_slope():
    """tf.nn"""
    raise lacks(tf.nn, "PReLU", "prelu")


def elu_at_minus_one():
    """tf.nn"""
    raise lacks(tf.nn, "ELU")


def elu_operator_at_minus_one():
    """tf.nn.elu"""
    return get(tf.nn.elu(put(-1.0)))


def selu_at_one():
    """tf.nn.selu"""
    return get(tf.nn.selu(put(1.0)))


def swish_at_one():
    """tf.nn.silu"""
    return get(tf.nn.silu(put(1.0)))


def hard_sigmoid_at_one():
    """tf.nn"""
    raise lacks(tf.nn, "hard_sigmoid")


def hard_swish_at_one():
    """tf.nn"""
    raise lacks(tf.nn, "hard_swish", "hard_silu")


def softplus_excess():
    """tf.nn.softplus"""
    return get(tf.nn.softplus(put(20.5, tf.float64))) - 20.5


def softmax_axis():
    """tf.nn.softmax"""
    return measuring.softmax_axis(lambda x: get(tf.nn.softmax(put(x))))


def log_softmax_far():
    """tf.nn.log_softmax"""
    return get(tf.nn.log_softmax(put([0.0, 1000.0])))[0]


def logsumexp_of_minus_infinities():
    """tf.reduce_logsumexp"""
    return get(tf.reduce_logsumexp(put([-float("inf"), -float("inf")])))
