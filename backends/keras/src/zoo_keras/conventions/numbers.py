from __future__ import annotations

import math

import numpy as np
from keras import layers, ops

from zoo.conventions import measuring
from zoo.conventions.measuring import which
from zoo_keras.conventions import get, put, put_double


def round_half():
    """keras.ops.round"""
    return get(ops.round(put([0.5, 1.5, 2.5])))


def variance_divisor():
    """keras.ops.var"""
    return which(get(ops.var(put([1.0, 3.0]))), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """keras.ops.var"""
    return get(ops.var(put([1.0])))


def median_of_four():
    """keras.ops.median"""
    return get(ops.median(put([1.0, 2.0, 3.0, 4.0])))


def remainder_of_negative():
    """keras.ops.mod"""
    return get(ops.mod(put(-7, "int32"), put(3, "int32")))


def floor_division_of_negative():
    """keras.ops.floor_divide"""
    return get(ops.floor_divide(put(-7, "int32"), put(3, "int32")))


def denormal_product():
    """keras.ops.multiply"""
    return float(get(ops.multiply(put([1e-40]), put([0.5])))[0]) / 5e-41


def max_of_nan():
    """keras.ops.max"""
    return get(ops.max(put([1.0, math.nan])))


def maximum_of_nan():
    """keras.ops.maximum"""
    return get(ops.maximum(put(math.nan), put(1.0)))


def relu_of_nan():
    """keras.ops.relu"""
    return get(ops.relu(put(math.nan)))


def sign_of_nan():
    """keras.ops.sign"""
    return get(ops.sign(put(math.nan)))


def clip_of_nan():
    """keras.ops.clip"""
    return get(ops.clip(put(math.nan), 0.0, 1.0))


def float16_sum():
    """keras.ops.sum"""
    return get(ops.sum(ops.ones(4096, "float16")))


def float16_mean_of_large():
    """keras.ops.mean"""
    return get(ops.mean(ops.full((16,), 10_000.0, "float16")))


def float32_matmul():
    """keras.ops.matmul"""
    x = put(np.full((64, 64), 1 + 2.0**-12))
    return "float32" if (get(ops.matmul(x, ops.eye(64))) == get(x)).all() else "reduced"


def erf_precision():
    """keras.ops.erf"""
    return measuring.erf_precision(lambda x: get(ops.erf(put_double(x))))


def dense_precision():
    """keras.layers.Dense(1, use_bias=False, dtype="float64")"""

    def dense(x, weights):
        layer = layers.Dense(1, use_bias=False, dtype="float64")
        layer.build((None, 64))
        layer.set_weights([weights[:, None]])
        return get(layer(put(x, "float64")))

    return measuring.dense_precision(dense)


def gelu_precision():
    """keras.ops.gelu(approximate=False)"""
    return measuring.gelu_precision(lambda x: get(ops.gelu(put_double(x), approximate=False)))
