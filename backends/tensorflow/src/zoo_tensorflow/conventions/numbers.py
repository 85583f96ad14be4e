from __future__ import annotations

import math

import tensorflow as tf

from zoo.conventions import measuring
from zoo.conventions.asking import lacks
from zoo.conventions.measuring import which
from zoo_tensorflow.conventions import get, put


def round_half():
    """tf.round"""
    return get(tf.round(put([0.5, 1.5, 2.5])))


def variance_divisor():
    """tf.math.reduce_variance"""
    return which(get(tf.math.reduce_variance(put([1.0, 3.0]))), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """tf.math.reduce_variance"""
    return get(tf.math.reduce_variance(put([1.0])))


def median_of_four():
    """tf.math"""
    raise lacks(tf.math, "median", "reduce_median")


def remainder_of_negative():
    """tf.Tensor.__mod__"""
    return get(put(-7, tf.int32) % put(3, tf.int32))


def floor_division_of_negative():
    """tf.Tensor.__floordiv__"""
    return get(put(-7, tf.int32) // put(3, tf.int32))


def denormal_product():
    """tf.Tensor.__mul__"""
    return float(get(put([1e-40]) * put([0.5]))[0]) / 5e-41


def max_of_nan():
    """tf.reduce_max"""
    return get(tf.reduce_max(put([1.0, math.nan])))


def maximum_of_nan():
    """tf.maximum"""
    return get(tf.maximum(put(math.nan), put(1.0)))


def relu_of_nan():
    """tf.nn.relu"""
    return get(tf.nn.relu(put(math.nan)))


def sign_of_nan():
    """tf.sign"""
    return get(tf.sign(put(math.nan)))


def clip_of_nan():
    """tf.clip_by_value"""
    return get(tf.clip_by_value(put(math.nan), 0.0, 1.0))


def float16_sum():
    """tf.reduce_sum"""
    return get(tf.reduce_sum(tf.ones(4096, tf.float16)))


def float16_mean_of_large():
    """tf.reduce_mean"""
    return get(tf.reduce_mean(tf.fill((16,), tf.constant(10_000.0, tf.float16))))


def float32_matmul():
    """tf.matmul"""
    x = tf.fill((64, 64), 1 + 2.0**-12)
    return "float32" if (get(x @ tf.eye(64)) == get(x)).all() else "reduced"


def erf_precision():
    """tf.math.erf"""
    return measuring.erf_precision(lambda x: get(tf.math.erf(put(x, tf.float64))))


def dense_precision():
    """tf.compat.v1.nn.xw_plus_b"""

    def dense(x, weights):
        w, b = put(weights[:, None], tf.float64), tf.zeros(1, tf.float64)
        return get(tf.compat.v1.nn.xw_plus_b(put(x, tf.float64), w, b))

    return measuring.dense_precision(dense)


def gelu_precision():
    """tf.nn.gelu(approximate=False)"""
    return measuring.gelu_precision(
        lambda x: get(tf.nn.gelu(put(x, tf.float64), approximate=False))
    )
