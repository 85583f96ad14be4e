from __future__ import annotations

import mxnet as mx
import numpy as np

from zoo.conventions.measuring import outcome, which
from zoo_mxnet.conventions import dtype_of, get, number, put


def float64_array():
    """mx.nd.array"""
    return dtype_of(lambda: mx.nd.array(np.ones(2)))


def float64_through_dense():
    """mx.gluon.nn.Dense(dtype="float64")"""
    layer = mx.gluon.nn.Dense(2, in_units=2, dtype="float64")
    layer.initialize()
    return dtype_of(lambda: layer(put([[1.0, 2.0]], "float64")))


def python_float():
    """mx.nd.array"""
    return dtype_of(lambda: mx.nd.array([1.5]))


def python_integer():
    """mx.nd.array"""
    return dtype_of(lambda: mx.nd.array([1, 2]))


def arange_dtype():
    """mx.nd.arange"""
    return dtype_of(lambda: mx.nd.arange(3))


def zeros_dtype():
    """mx.nd.zeros"""
    return dtype_of(lambda: mx.nd.zeros(3))


def int32_plus_float32():
    """mx.nd.NDArray.__add__"""
    return dtype_of(lambda: put([1], "int32") + put([1]))


def float32_plus_float64():
    """mx.nd.NDArray.__add__"""
    return dtype_of(lambda: put([1]) + put([1], "float64"))


def float16_plus_python_float():
    """mx.nd.NDArray.__add__"""
    return dtype_of(lambda: put([1], "float16") + 1.5)


def int32_sum_dtype():
    """mx.nd.sum"""
    return dtype_of(lambda: mx.nd.sum(put([1, 2], "int32")))


def integer_mean():
    """mx.nd.mean"""
    words = {"1": 1.0, "1.5": 1.5}
    return outcome(lambda: get(mx.nd.mean(put([1, 2], "int32"))), lambda y: which(y[0], words))


def integer_division():
    """mx.nd.NDArray.__truediv__"""
    return which(number(put(1, "int32") / put(2, "int32")), {"0": 0.0, "0.5": 0.5})


def index_out_of_range():
    """mx.nd.NDArray.__getitem__"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[5]), lambda y: which(y.item(), words))


def index_negative():
    """mx.nd.NDArray.__getitem__"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[-1]), lambda y: which(y.item(), words))


def one_hot_out_of_range():
    """mx.nd.one_hot"""
    return outcome(lambda: get(mx.nd.one_hot(put([5]), 3)), lambda y: which(y.sum(), {"zeros": 0}))


def argmax_ties():
    """mx.nd.argmax"""
    return int(number(mx.nd.argmax(put([1.0, 3.0, 3.0]))))


def argmax_of_nan():
    """mx.nd.argmax"""
    return int(number(mx.nd.argmax(put([1.0, np.nan, 3.0]))))


def top_k_ties():
    """mx.nd.topk"""
    return get(mx.nd.topk(put([1.0, 3.0, 3.0, 3.0]), k=2)).astype(int)


def sort_with_nan():
    """mx.nd.sort"""
    return get(mx.nd.sort(put([2.0, np.nan, 1.0])))


def max_of_nothing():
    """mx.nd.max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: get(mx.nd.max(mx.nd.array([]))), lambda y: which(y.item(), words))
