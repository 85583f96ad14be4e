from __future__ import annotations

import torch
import torch.nn.functional as F

from zoo.conventions.measuring import slope_word
from zoo_torch.conventions import gradient, put


def relu_at_zero():
    """torch.nn.functional.relu"""
    return gradient(F.relu, 0.0)


def relu6_at_zero():
    """torch.nn.functional.relu6"""
    return gradient(F.relu6, 0.0)


def relu6_at_six():
    """torch.nn.functional.relu6"""
    return gradient(F.relu6, 6.0)


def abs_at_zero():
    """torch.abs"""
    return gradient(torch.abs, 0.0)


def sign_anywhere():
    """torch.sign"""
    return slope_word(gradient(torch.sign, 2.0))


def round_anywhere():
    """torch.round"""
    return slope_word(gradient(torch.round, 1.2))


def leaky_relu_at_zero():
    """torch.nn.functional.leaky_relu(negative_slope=0.1)"""
    return gradient(lambda x: F.leaky_relu(x, 0.1), 0.0)


def elu_at_zero():
    """torch.nn.functional.elu(alpha=2.0)"""
    return gradient(lambda x: F.elu(x, 2.0), 0.0)


def hard_sigmoid_at_corner():
    """torch.nn.functional.hardsigmoid"""
    return gradient(F.hardsigmoid, 3.0)


def maximum_first():
    """torch.maximum"""
    return gradient(lambda x: torch.maximum(x, torch.zeros_like(x)), 0.0)


def maximum_second():
    """torch.maximum"""
    return gradient(lambda x: torch.maximum(torch.zeros_like(x), x), 0.0)


def clip_at_lower_bound():
    """torch.clamp"""
    return gradient(lambda x: torch.clamp(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """torch.clamp"""
    return gradient(lambda x: torch.clamp(x, 0.0, 1.0), 1.0)


def max_ties():
    """torch.max(x)"""
    return gradient(torch.max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """torch.max(x, dim=0)"""
    return gradient(lambda x: torch.max(x, dim=0).values, [1.0, 1.0, 0.0])


def min_ties():
    """torch.min(x)"""
    return gradient(torch.min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """torch.nn.functional.max_pool1d"""
    return gradient(lambda x: F.max_pool1d(x, 2), [[[1.0, 1.0]]])[0, 0]


def sort_ties():
    """torch.sort"""
    weights = put([1.0, 10.0, 100.0], torch.float64)
    return gradient(lambda x: torch.sort(x).values * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """torch.linalg.vector_norm"""
    return gradient(torch.linalg.vector_norm, [0.0, 0.0])


def std_of_equals():
    """torch.std"""
    return gradient(torch.std, [1.0, 1.0])


def sqrt_at_zero():
    """torch.sqrt"""
    return gradient(torch.sqrt, 0.0)


def log_at_zero():
    """torch.log"""
    return gradient(torch.log, 0.0)


def power_zero_at_zero():
    """x ** 0.0"""
    return gradient(lambda x: x**0.0, 0.0)


def where_sqrt_at_zero():
    """torch.where(x > 0, torch.sqrt(x), 0)"""
    return gradient(lambda x: torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x)), 0.0)


def prod_with_zero():
    """torch.prod"""
    return gradient(torch.prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """torch.prod"""
    return gradient(torch.prod, [0.0, 0.0, 3.0])
