from __future__ import annotations

import numpy as np
from keras import layers, ops

from zoo.conventions.measuring import outcome, which
from zoo_keras.conventions import dtype_of, get, put


def float64_array():
    """keras.ops.convert_to_tensor"""
    return dtype_of(lambda: ops.convert_to_tensor(np.ones(2)))


def float64_through_dense():
    """keras.layers.Dense(dtype="float64")"""
    return dtype_of(lambda: layers.Dense(2, dtype="float64")(put([[1.0, 2.0]], "float64")))


def python_float():
    """keras.ops.convert_to_tensor"""
    return dtype_of(lambda: ops.convert_to_tensor(1.5))


def python_integer():
    """keras.ops.convert_to_tensor"""
    return dtype_of(lambda: ops.convert_to_tensor([1, 2]))


def arange_dtype():
    """keras.ops.arange"""
    return dtype_of(lambda: ops.arange(3))


def zeros_dtype():
    """keras.ops.zeros"""
    return dtype_of(lambda: ops.zeros(3))


def int32_plus_float32():
    """keras.ops.add"""
    return dtype_of(lambda: ops.add(put([1], "int32"), put([1])))


def float32_plus_float64():
    """keras.ops.add"""
    return dtype_of(lambda: ops.add(put([1]), put([1], "float64")))


def float16_plus_python_float():
    """keras.ops.add"""
    return dtype_of(lambda: ops.add(put([1], "float16"), 1.5))


def int32_sum_dtype():
    """keras.ops.sum"""
    return dtype_of(lambda: ops.sum(put([1, 2], "int32")))


def integer_mean():
    """keras.ops.mean"""
    return which(get(ops.mean(put([1, 2], "int32"))), {"1": 1.0, "1.5": 1.5})


def integer_division():
    """keras.ops.true_divide"""
    return which(get(ops.true_divide(put(1, "int32"), put(2, "int32"))), {"0": 0.0, "0.5": 0.5})


def index_out_of_range():
    """x[5] of the engine's tensor"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[5]), lambda y: which(y, words))


def index_negative():
    """x[-1] of the engine's tensor"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: get(put([1.0, 2.0, 3.0])[-1]), lambda y: which(y, words))


def one_hot_out_of_range():
    """keras.ops.one_hot"""
    return outcome(
        lambda: get(ops.one_hot(put(5, "int32"), 3)), lambda y: which(y.sum(), {"zeros": 0})
    )


def argmax_ties():
    """keras.ops.argmax"""
    return get(ops.argmax(put([1.0, 3.0, 3.0])))


def argmax_of_nan():
    """keras.ops.argmax"""
    return get(ops.argmax(put([1.0, np.nan, 3.0])))


def top_k_ties():
    """keras.ops.top_k"""
    return get(ops.top_k(put([1.0, 3.0, 3.0, 3.0]), 2)[1])


def sort_with_nan():
    """keras.ops.sort"""
    return get(ops.sort(put([2.0, np.nan, 1.0])))


def max_of_nothing():
    """keras.ops.max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: get(ops.max(ops.zeros(0))), lambda y: which(y, words))
