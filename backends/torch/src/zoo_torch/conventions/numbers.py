from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from zoo.conventions import measuring
from zoo.conventions.measuring import which
from zoo_torch.conventions import get, put


def round_half():
    """torch.round"""
    return get(torch.round(put([0.5, 1.5, 2.5])))


def variance_divisor():
    """torch.var"""
    return which(torch.var(put([1.0, 3.0])).item(), {"n": 1.0, "n - 1": 2.0})


def variance_of_one_value():
    """torch.var"""
    return torch.var(put([1.0])).item()


def median_of_four():
    """torch.median"""
    return torch.median(put([1.0, 2.0, 3.0, 4.0])).item()


def remainder_of_negative():
    """torch.Tensor.__mod__"""
    return (put(-7, torch.int32) % put(3, torch.int32)).item()


def floor_division_of_negative():
    """torch.Tensor.__floordiv__"""
    return (put(-7, torch.int32) // put(3, torch.int32)).item()


def denormal_product():
    """torch.Tensor.__mul__"""
    return (put([1e-40]) * put([0.5])).item() / 5e-41


def max_of_nan():
    """torch.max"""
    return torch.max(put([1.0, math.nan])).item()


def maximum_of_nan():
    """torch.maximum"""
    return torch.maximum(put(math.nan), put(1.0)).item()


def relu_of_nan():
    """torch.nn.functional.relu"""
    return F.relu(put(math.nan)).item()


def sign_of_nan():
    """torch.sign"""
    return torch.sign(put(math.nan)).item()


def clip_of_nan():
    """torch.clamp"""
    return torch.clamp(put(math.nan), 0.0, 1.0).item()


def float16_sum():
    """torch.sum"""
    return torch.sum(torch.ones(4096, dtype=torch.float16)).item()


def float16_mean_of_large():
    """torch.mean"""
    return torch.mean(torch.full((16,), 10_000.0, dtype=torch.float16)).item()


def float32_matmul():
    """torch.matmul"""
    x = torch.full((64, 64), 1 + 2.0**-12)
    exact = (x @ torch.eye(64) == x).all()
    return "float32" if exact else "reduced"


def erf_precision():
    """torch.erf"""
    return measuring.erf_precision(lambda x: get(torch.erf(put(x, torch.float64))))


def dense_precision():
    """torch.nn.Linear(64, 1, bias=False, dtype=torch.float64)"""

    def dense(x, weights):
        layer = torch.nn.Linear(64, 1, bias=False, dtype=torch.float64)
        layer.weight.data[0] = put(weights, torch.float64)
        return get(layer(put(x, torch.float64)))

    return measuring.dense_precision(dense)


def gelu_precision():
    """torch.nn.functional.gelu"""
    return measuring.gelu_precision(lambda x: get(F.gelu(put(x, torch.float64))))
