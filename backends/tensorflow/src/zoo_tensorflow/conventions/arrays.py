from __future__ import annotations

import numpy as np
import tensorflow as tf

from zoo.conventions.measuring import outcome, which
from zoo_tensorflow.conventions import dtype_of, get, put


def float64_array():
    """tf.convert_to_tensor"""
    return dtype_of(lambda: tf.convert_to_tensor(np.ones(2)))


def float64_through_dense():
    """tf.compat.v1.nn.xw_plus_b"""
    x, b = tf.zeros((2, 2), tf.float64), tf.zeros(2, tf.float64)
    return dtype_of(lambda: tf.compat.v1.nn.xw_plus_b(x, x, b))


def python_float():
    """tf.convert_to_tensor"""
    return dtype_of(lambda: tf.convert_to_tensor(1.5))


def python_integer():
    """tf.convert_to_tensor"""
    return dtype_of(lambda: tf.convert_to_tensor([1, 2]))


def arange_dtype():
    """tf.range"""
    return dtype_of(lambda: tf.range(3))


def zeros_dtype():
    """tf.zeros"""
    return dtype_of(lambda: tf.zeros(3))


def int32_plus_float32():
    """tf.Tensor.__add__"""
    return dtype_of(lambda: put([1], tf.int32) + put([1]))


def float32_plus_float64():
    """tf.Tensor.__add__"""
    return dtype_of(lambda: put([1]) + put([1], tf.float64))


def float16_plus_python_float():
    """tf.Tensor.__add__"""
    return dtype_of(lambda: put([1], tf.float16) + 1.5)


def int32_sum_dtype():
    """tf.reduce_sum"""
    return dtype_of(lambda: tf.reduce_sum(put([1, 2], tf.int32)))


def integer_mean():
    """tf.reduce_mean"""
    words = {"1": 1.0, "1.5": 1.5}
    return outcome(lambda: tf.reduce_mean(put([1, 2], tf.int32)), lambda y: which(y, words))


def integer_division():
    """tf.Tensor.__truediv__"""
    return which(get(put(1, tf.int32) / put(2, tf.int32)), {"0": 0.0, "0.5": 0.5})


def index_out_of_range():
    """tf.Tensor.__getitem__"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: put([1.0, 2.0, 3.0])[5], lambda y: which(y, words))


def index_negative():
    """tf.Tensor.__getitem__"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: put([1.0, 2.0, 3.0])[-1], lambda y: which(y, words))


def one_hot_out_of_range():
    """tf.one_hot"""
    return outcome(lambda: tf.one_hot(5, 3), lambda y: which(y.sum(), {"zeros": 0}))


def argmax_ties():
    """tf.argmax"""
    return get(tf.argmax(put([1.0, 3.0, 3.0])))


def argmax_of_nan():
    """tf.argmax"""
    return get(tf.argmax(put([1.0, np.nan, 3.0])))


def top_k_ties():
    """tf.math.top_k"""
    return get(tf.math.top_k(put([1.0, 3.0, 3.0, 3.0]), 2).indices)


def sort_with_nan():
    """tf.sort"""
    return get(tf.sort(put([2.0, np.nan, 1.0])))


def max_of_nothing():
    """tf.reduce_max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: tf.reduce_max(tf.zeros(0)), lambda y: which(y, words))
