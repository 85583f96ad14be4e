from __future__ import annotations

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions.asking import find
from zoo.conventions.measuring import outcome, which
from zoo_chainer.conventions import dtype_of, get, put


def float64_array():
    """chainer.as_variable"""
    return dtype_of(lambda: chainer.as_variable(np.ones(2)))


def float64_through_dense():
    """chainer.links.Linear with chainer.config.dtype = float64"""
    with chainer.using_config("dtype", np.dtype("float64")):
        layer = L.Linear(2, 2)
    return dtype_of(lambda: layer(put([[1.0, 2.0]], "float64")))


def python_float():
    """chainer.as_variable(numpy.array(1.5))"""
    return dtype_of(lambda: chainer.as_variable(np.array(1.5)))


def python_integer():
    """chainer.as_variable(numpy.array([1, 2]))"""
    return dtype_of(lambda: chainer.as_variable(np.array([1, 2])))


def arange_dtype():
    """numpy.arange"""
    return dtype_of(lambda: np.arange(3))


def zeros_dtype():
    """numpy.zeros"""
    return dtype_of(lambda: np.zeros(3))


def int32_plus_float32():
    """chainer.Variable.__add__"""
    return dtype_of(lambda: put([1], "int32") + put([1]))


def float32_plus_float64():
    """chainer.Variable.__add__"""
    return dtype_of(lambda: put([1]) + put([1], "float64"))


def float16_plus_python_float():
    """chainer.Variable.__add__"""
    return dtype_of(lambda: put([1], "float16") + 1.5)


def int32_sum_dtype():
    """numpy.sum"""
    return dtype_of(lambda: np.sum(np.array([1, 2], "int32")))


def integer_mean():
    """numpy.mean"""
    return which(np.mean(np.array([1, 2], "int32")), {"1": 1.0, "1.5": 1.5})


def integer_division():
    """chainer.Variable.__truediv__"""
    words = {"0": 0.0, "0.5": 0.5}
    return outcome(lambda: get(put(1, "int32") / put(2, "int32")), lambda y: which(y, words))


def index_out_of_range():
    """chainer.Variable.__getitem__"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[5]), lambda y: which(y, words))


def index_negative():
    """chainer.Variable.__getitem__"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[-1]), lambda y: which(y, words))


def one_hot_out_of_range():
    """chainer.functions"""
    one_hot = find(F, "one_hot")
    return outcome(lambda: get(one_hot(put(5, "int32"), 3)), lambda y: which(y.sum(), {"zeros": 0}))


def argmax_ties():
    """chainer.functions.argmax"""
    return get(F.argmax(put([1.0, 3.0, 3.0])))


def argmax_of_nan():
    """chainer.functions.argmax"""
    return get(F.argmax(put([1.0, np.nan, 3.0])))


def top_k_ties():
    """chainer.functions"""
    return get(find(F, "top_k", "topk")(put([1.0, 3.0, 3.0, 3.0]), 2))


def sort_with_nan():
    """numpy.sort"""
    return np.sort(np.array([2.0, np.nan, 1.0]))


def max_of_nothing():
    """chainer.functions.max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: get(F.max(put([]))), lambda y: which(y, words))
