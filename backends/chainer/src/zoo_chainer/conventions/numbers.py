from __future__ import annotations

import math

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions import measuring
from zoo.conventions.asking import find
from zoo.conventions.measuring import which
from zoo_chainer.conventions import get, put


def round_half():
    """numpy.round"""
    return np.round(np.array([0.5, 1.5, 2.5], "float32"))


def variance_divisor():
    """numpy.var"""
    return which(np.var(np.array([1.0, 3.0])), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """numpy.var"""
    return np.var(np.array([1.0]))


def median_of_four():
    """numpy.median"""
    return np.median(np.array([1.0, 2.0, 3.0, 4.0]))


def remainder_of_negative():
    """numpy.ndarray.__mod__"""
    return np.array(-7, "int32") % np.array(3, "int32")


def floor_division_of_negative():
    """numpy.ndarray.__floordiv__"""
    return np.array(-7, "int32") // np.array(3, "int32")


def denormal_product():
    """chainer.Variable.__mul__"""
    return float(get(put([1e-40]) * put([0.5]))[0]) / 5e-41


def max_of_nan():
    """chainer.functions.max"""
    return get(F.max(put([1.0, math.nan])))


def maximum_of_nan():
    """chainer.functions.maximum"""
    return get(F.maximum(put(math.nan), put(1.0)))


def relu_of_nan():
    """chainer.functions.relu"""
    return get(F.relu(put(math.nan)))


def sign_of_nan():
    """chainer.functions.sign"""
    with np.errstate(all="ignore"):
        return get(F.sign(put(math.nan)))


def clip_of_nan():
    """chainer.functions.clip"""
    return get(F.clip(put(math.nan), 0.0, 1.0))


def float16_sum():
    """chainer.functions.sum"""
    return get(F.sum(put(np.ones(4096), "float16")))


def float16_mean_of_large():
    """chainer.functions.mean"""
    return get(F.mean(put(np.full(16, 10_000.0), "float16")))


def float32_matmul():
    """chainer.functions.matmul"""
    x = put(np.full((64, 64), 1 + 2.0**-12))
    return "float32" if (get(F.matmul(x, put(np.eye(64)))) == get(x)).all() else "reduced"


def erf_precision():
    """chainer.functions.erf"""
    return measuring.erf_precision(lambda x: get(F.erf(put(x, "float64"))))


def dense_precision():
    """chainer.links.Linear(64, 1, nobias=True) with chainer.config.dtype = float64"""

    def dense(x, weights):
        with chainer.using_config("dtype", np.dtype("float64")):
            layer = L.Linear(64, 1, nobias=True)
        layer.W.array[0] = weights
        return get(layer(put(x, "float64")))

    return measuring.dense_precision(dense)


def gelu_precision():
    """chainer.functions"""
    gelu = find(F, "gelu")
    return measuring.gelu_precision(lambda x: get(gelu(put(x, "float64"))))
