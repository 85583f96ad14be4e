from __future__ import annotations

import mxnet as mx

from zoo.conventions.asking import find, lacks
from zoo.conventions.measuring import slope_word
from zoo_mxnet.conventions import gradient, put


def relu_at_zero():
    """mx.nd.relu"""
    return gradient(mx.nd.relu, 0.0)


def relu6_at_zero():
    """mx.nd"""
    return gradient(find(mx.nd, "relu6"), 0.0)


def relu6_at_six():
    """mx.nd"""
    return gradient(find(mx.nd, "relu6"), 6.0)


def abs_at_zero():
    """mx.nd.abs"""
    return gradient(mx.nd.abs, 0.0)


def sign_anywhere():
    """mx.nd.sign"""
    return slope_word(gradient(mx.nd.sign, 2.0))


def round_anywhere():
    """mx.nd.round"""
    return slope_word(gradient(mx.nd.round, 1.2))


def leaky_relu_at_zero():
    """mx.nd.LeakyReLU(slope=0.1)"""
    return gradient(lambda x: mx.nd.LeakyReLU(x, slope=0.1), 0.0)


def elu_at_zero():
    """mx.nd.LeakyReLU(act_type="elu", slope=2)"""
    return gradient(lambda x: mx.nd.LeakyReLU(x, act_type="elu", slope=2.0), 0.0)


def hard_sigmoid_at_corner():
    """mx.nd.hard_sigmoid"""
    return gradient(mx.nd.hard_sigmoid, 2.5)


def maximum_first():
    """mx.nd.maximum"""
    return gradient(lambda x: mx.nd.maximum(x, mx.nd.zeros_like(x)), 0.0)


def maximum_second():
    """mx.nd.maximum"""
    return gradient(lambda x: mx.nd.maximum(mx.nd.zeros_like(x), x), 0.0)


def clip_at_lower_bound():
    """mx.nd.clip"""
    return gradient(lambda x: mx.nd.clip(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """mx.nd.clip"""
    return gradient(lambda x: mx.nd.clip(x, 0.0, 1.0), 1.0)


def max_ties():
    """mx.nd.max(x)"""
    return gradient(mx.nd.max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """mx.nd.max(x, axis=0)"""
    return gradient(lambda x: mx.nd.max(x, axis=0), [1.0, 1.0, 0.0])


def min_ties():
    """mx.nd.min(x)"""
    return gradient(mx.nd.min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """mx.nd.Pooling(pool_type="max")"""
    pool = lambda x: mx.nd.Pooling(x, kernel=(2,), pool_type="max")  # noqa: E731
    return gradient(pool, [[[1.0, 1.0]]])[0, 0]


def sort_ties():
    """mx.nd.sort"""
    weights = put([1.0, 10.0, 100.0], "float64")
    return gradient(lambda x: mx.nd.sort(x, axis=0) * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """mx.nd.norm"""
    return gradient(mx.nd.norm, [0.0, 0.0])


def std_of_equals():
    """mx.nd"""
    raise lacks(mx.nd, "std")


def sqrt_at_zero():
    """mx.nd.sqrt"""
    return gradient(mx.nd.sqrt, 0.0)


def log_at_zero():
    """mx.nd.log"""
    return gradient(mx.nd.log, 0.0)


def power_zero_at_zero():
    """x ** 0.0"""
    return gradient(lambda x: x**0.0, 0.0)


def where_sqrt_at_zero():
    """mx.nd.where(x > 0, mx.nd.sqrt(x), 0)"""
    return gradient(lambda x: mx.nd.where(x > 0, mx.nd.sqrt(x), mx.nd.zeros_like(x)), 0.0)


def prod_with_zero():
    """mx.nd.prod"""
    return gradient(mx.nd.prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """mx.nd.prod"""
    return gradient(mx.nd.prod, [0.0, 0.0, 3.0])
