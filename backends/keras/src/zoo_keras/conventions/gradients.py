from __future__ import annotations

from keras import ops

from zoo.conventions.measuring import slope_word
from zoo_keras.conventions import gradient, put


def relu_at_zero():
    """keras.ops.relu"""
    return gradient(ops.relu, 0.0)


def relu6_at_zero():
    """keras.ops.relu6"""
    return gradient(ops.relu6, 0.0)


def relu6_at_six():
    """keras.ops.relu6"""
    return gradient(ops.relu6, 6.0)


def abs_at_zero():
    """keras.ops.abs"""
    return gradient(ops.abs, 0.0)


def sign_anywhere():
    """keras.ops.sign"""
    return slope_word(gradient(ops.sign, 2.0))


def round_anywhere():
    """keras.ops.round"""
    return slope_word(gradient(ops.round, 1.2))


def leaky_relu_at_zero():
    """keras.ops.leaky_relu(negative_slope=0.1)"""
    return gradient(lambda x: ops.leaky_relu(x, 0.1), 0.0)


def elu_at_zero():
    """keras.ops.elu(alpha=2)"""
    return gradient(lambda x: ops.elu(x, 2.0), 0.0)


def hard_sigmoid_at_corner():
    """keras.ops.hard_sigmoid"""
    return gradient(ops.hard_sigmoid, 3.0)


def maximum_first():
    """keras.ops.maximum"""
    return gradient(lambda x: ops.maximum(x, 0.0), 0.0)


def maximum_second():
    """keras.ops.maximum"""
    return gradient(lambda x: ops.maximum(0.0, x), 0.0)


def clip_at_lower_bound():
    """keras.ops.clip"""
    return gradient(lambda x: ops.clip(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """keras.ops.clip"""
    return gradient(lambda x: ops.clip(x, 0.0, 1.0), 1.0)


def max_ties():
    """keras.ops.max(x)"""
    return gradient(ops.max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """keras.ops.max(x, axis=0)"""
    return gradient(lambda x: ops.max(x, axis=0), [1.0, 1.0, 0.0])


def min_ties():
    """keras.ops.min(x)"""
    return gradient(ops.min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """keras.ops.max_pool(x, 2, 2)"""
    return gradient(lambda x: ops.max_pool(x, 2, 2), [[[1.0], [1.0]]])[0, :, 0]


def sort_ties():
    """keras.ops.sort"""
    weights = put([1.0, 10.0, 100.0])
    return gradient(lambda x: ops.sort(x) * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """keras.ops.norm"""
    return gradient(ops.norm, [0.0, 0.0])


def std_of_equals():
    """keras.ops.std"""
    return gradient(ops.std, [1.0, 1.0])


def sqrt_at_zero():
    """keras.ops.sqrt"""
    return gradient(ops.sqrt, 0.0)


def log_at_zero():
    """keras.ops.log"""
    return gradient(ops.log, 0.0)


def power_zero_at_zero():
    """keras.ops.power(x, 0.0)"""
    return gradient(lambda x: ops.power(x, 0.0), 0.0)


def where_sqrt_at_zero():
    """keras.ops.where(x > 0, keras.ops.sqrt(x), 0)"""
    return gradient(lambda x: ops.where(x > 0, ops.sqrt(x), 0.0), 0.0)


def prod_with_zero():
    """keras.ops.prod"""
    return gradient(ops.prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """keras.ops.prod"""
    return gradient(ops.prod, [0.0, 0.0, 3.0])
