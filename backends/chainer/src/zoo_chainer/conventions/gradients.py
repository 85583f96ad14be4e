from __future__ import annotations

import chainer.functions as F
import numpy as np

from zoo.conventions.asking import find, lacks
from zoo.conventions.measuring import slope_word
from zoo_chainer.conventions import gradient, put

ZERO = np.zeros(())


def relu_at_zero():
    """chainer.functions.relu"""
    return gradient(F.relu, 0.0)


def relu6_at_zero():
    """chainer.functions.relu6"""
    return gradient(F.relu6, 0.0)


def relu6_at_six():
    """chainer.functions.relu6"""
    return gradient(F.relu6, 6.0)


def abs_at_zero():
    """chainer.functions.absolute"""
    return gradient(F.absolute, 0.0)


def sign_anywhere():
    """chainer.functions.sign"""
    return slope_word(gradient(F.sign, 2.0))


def round_anywhere():
    """chainer.functions"""
    return slope_word(gradient(find(F, "round", "rint"), 1.2))


def leaky_relu_at_zero():
    """chainer.functions.leaky_relu(slope=0.1)"""
    return gradient(lambda x: F.leaky_relu(x, 0.1), 0.0)


def elu_at_zero():
    """chainer.functions.elu(alpha=2)"""
    return gradient(lambda x: F.elu(x, 2.0), 0.0)


def hard_sigmoid_at_corner():
    """chainer.functions.hard_sigmoid"""
    return gradient(F.hard_sigmoid, 2.5)


def maximum_first():
    """chainer.functions.maximum"""
    return gradient(lambda x: F.maximum(x, ZERO), 0.0)


def maximum_second():
    """chainer.functions.maximum"""
    return gradient(lambda x: F.maximum(ZERO, x), 0.0)


def clip_at_lower_bound():
    """chainer.functions.clip"""
    return gradient(lambda x: F.clip(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """chainer.functions.clip"""
    return gradient(lambda x: F.clip(x, 0.0, 1.0), 1.0)


def max_ties():
    """chainer.functions.max(x)"""
    return gradient(F.max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """chainer.functions.max(x, axis=0)"""
    return gradient(lambda x: F.max(x, axis=0), [1.0, 1.0, 0.0])


def min_ties():
    """chainer.functions.min(x)"""
    return gradient(F.min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """chainer.functions.max_pooling_1d"""
    return gradient(lambda x: F.max_pooling_1d(x, 2), [[[1.0, 1.0]]])[0, 0]


def sort_ties():
    """chainer.functions"""
    weights, sort = put([1.0, 10.0, 100.0], "float64"), find(F, "sort")
    return gradient(lambda x: sort(x) * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """chainer.functions"""
    return gradient(find(F, "norm"), [0.0, 0.0])


def std_of_equals():
    """chainer.functions"""
    raise lacks(F, "std", "var")


def sqrt_at_zero():
    """chainer.functions.sqrt"""
    return gradient(F.sqrt, 0.0)


def log_at_zero():
    """chainer.functions.log"""
    return gradient(F.log, 0.0)


def power_zero_at_zero():
    """x ** 0.0"""
    return gradient(lambda x: x**0.0, 0.0)


def where_sqrt_at_zero():
    """chainer.functions.where(x > 0, chainer.functions.sqrt(x), 0)"""
    return gradient(lambda x: F.where(x.array > 0, F.sqrt(x), ZERO), 0.0)


def prod_with_zero():
    """chainer.functions.prod"""
    return gradient(F.prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """chainer.functions.prod"""
    return gradient(F.prod, [0.0, 0.0, 3.0])
