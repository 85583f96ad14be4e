from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from zoo.conventions.measuring import outcome, which
from zoo_torch.conventions import dtype_of, get, put


def float64_array():
    """torch.tensor"""
    return dtype_of(torch.tensor(np.ones(2)))


def float64_through_dense():
    """torch.nn.Linear(dtype=torch.float64)"""
    return dtype_of(torch.nn.Linear(2, 2, dtype=torch.float64)(put([1.0, 2.0], torch.float64)))


def python_float():
    """torch.tensor"""
    return dtype_of(torch.tensor(1.5))


def python_integer():
    """torch.tensor"""
    return dtype_of(torch.tensor([1, 2]))


def arange_dtype():
    """torch.arange"""
    return dtype_of(torch.arange(3))


def zeros_dtype():
    """torch.zeros"""
    return dtype_of(torch.zeros(3))


def int32_plus_float32():
    """torch.Tensor.__add__"""
    return dtype_of(put([1], torch.int32) + put([1]))


def float32_plus_float64():
    """torch.Tensor.__add__"""
    return dtype_of(put([1]) + put([1], torch.float64))


def float16_plus_python_float():
    """torch.Tensor.__add__"""
    return dtype_of(put([1], torch.float16) + 1.5)


def int32_sum_dtype():
    """torch.sum"""
    return dtype_of(torch.sum(put([1, 2], torch.int32)))


def integer_mean():
    """torch.mean"""
    words = {"1": 1.0, "1.5": 1.5}
    return outcome(lambda: torch.mean(put([1, 2], torch.int32)), lambda y: which(y, words))


def integer_division():
    """torch.Tensor.__truediv__"""
    return which(get(put(1, torch.int32) / put(2, torch.int32)), {"0": 0.0, "0.5": 0.5})


def index_out_of_range():
    """torch.Tensor.__getitem__"""
    words = {"last value": 3.0, "nan": np.nan}
    return outcome(lambda: put([1.0, 2.0, 3.0])[5], lambda y: which(y, words))


def index_negative():
    """torch.Tensor.__getitem__"""
    words = {"first value": 1.0, "last value": 3.0}
    return outcome(lambda: put([1.0, 2.0, 3.0])[-1], lambda y: which(y, words))


def one_hot_out_of_range():
    """torch.nn.functional.one_hot"""
    return outcome(lambda: F.one_hot(torch.tensor(5), 3), lambda y: which(y.sum(), {"zeros": 0}))


def argmax_ties():
    """torch.argmax"""
    return get(torch.argmax(put([1.0, 3.0, 3.0])))


def argmax_of_nan():
    """torch.argmax"""
    return get(torch.argmax(put([1.0, np.nan, 3.0])))


def top_k_ties():
    """torch.topk"""
    return get(torch.topk(put([1.0, 3.0, 3.0, 3.0]), 2).indices)


def sort_with_nan():
    """torch.sort"""
    return get(torch.sort(put([2.0, np.nan, 1.0])).values)


def max_of_nothing():
    """torch.max"""
    words = {"-inf": -np.inf, "lowest float": np.finfo(np.float32).min, "0": 0.0}
    return outcome(lambda: torch.max(torch.zeros(0)), lambda y: which(y, words))
