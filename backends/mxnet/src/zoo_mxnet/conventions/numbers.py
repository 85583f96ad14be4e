from __future__ import annotations

import math

import mxnet as mx

from zoo.conventions import measuring
from zoo.conventions.asking import find, lacks
from zoo.conventions.measuring import which
from zoo_mxnet.conventions import get, number, put


def round_half():
    """mx.nd.round"""
    return get(mx.nd.round(put([0.5, 1.5, 2.5])))


def variance_divisor():
    """mx.nd.moments"""
    return which(number(_variance([1.0, 3.0])), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """mx.nd.moments"""
    return number(_variance([1.0]))


def median_of_four():
    """mx.nd"""
    return number(find(mx.nd, "median")(put([1.0, 2.0, 3.0, 4.0])))


def remainder_of_negative():
    """mx.nd.NDArray.__mod__"""
    return number(put(-7, "int32") % put(3, "int32"))


def floor_division_of_negative():
    """mx.nd.NDArray"""
    raise lacks(mx.nd.NDArray, "__floordiv__")


def denormal_product():
    """mx.nd.NDArray.__mul__"""
    return number(put([1e-40]) * put([0.5])) / 5e-41


def max_of_nan():
    """mx.nd.max"""
    return number(mx.nd.max(put([1.0, math.nan])))


def maximum_of_nan():
    """mx.nd.maximum"""
    return number(mx.nd.maximum(put(math.nan), put(1.0)))


def relu_of_nan():
    """mx.nd.relu"""
    return number(mx.nd.relu(put(math.nan)))


def sign_of_nan():
    """mx.nd.sign"""
    return number(mx.nd.sign(put(math.nan)))


def clip_of_nan():
    """mx.nd.clip"""
    return number(mx.nd.clip(put(math.nan), 0.0, 1.0))


def float16_sum():
    """mx.nd.sum"""
    return number(mx.nd.sum(mx.nd.ones(4096, dtype="float16")))


def float16_mean_of_large():
    """mx.nd.mean"""
    return number(mx.nd.mean(mx.nd.full(16, 10_000.0, dtype="float16")))


def float32_matmul():
    """mx.nd.dot"""
    x = mx.nd.full((64, 64), 1 + 2.0**-12)
    return "float32" if (get(mx.nd.dot(x, mx.nd.eye(64))) == get(x)).all() else "reduced"


def erf_precision():
    """mx.nd.erf"""
    return measuring.erf_precision(lambda x: get(mx.nd.erf(put(x, "float64"))))


def dense_precision():
    """mx.gluon.nn.Dense(1, use_bias=False, dtype="float64")"""

    def dense(x, weights):
        layer = mx.gluon.nn.Dense(1, use_bias=False, dtype="float64", in_units=64)
        layer.initialize()
        layer.weight.set_data(put(weights[None], "float64"))
        return get(layer(put(x, "float64")))

    return measuring.dense_precision(dense)


def gelu_precision():
    """mx.nd.LeakyReLU(act_type="gelu")"""
    return measuring.gelu_precision(
        lambda x: get(mx.nd.LeakyReLU(put(x, "float64"), act_type="gelu"))
    )


def _variance(values):
    _mean, variance = mx.nd.moments(put(values), axes=(0,))
    return variance
