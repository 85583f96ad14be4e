from __future__ import annotations

import tensorflow as tf

from zoo.conventions.asking import lacks, takes_no
from zoo.conventions.measuring import slope_word
from zoo_tensorflow.conventions import gradient, put


def relu_at_zero():
    """tf.nn.relu"""
    return gradient(tf.nn.relu, 0.0)


def relu6_at_zero():
    """tf.nn.relu6"""
    return gradient(tf.nn.relu6, 0.0)


def relu6_at_six():
    """tf.nn.relu6"""
    return gradient(tf.nn.relu6, 6.0)


def abs_at_zero():
    """tf.abs"""
    return gradient(tf.abs, 0.0)


def sign_anywhere():
    """tf.sign"""
    return slope_word(gradient(tf.sign, 2.0))


def round_anywhere():
    """tf.round"""
    return slope_word(gradient(tf.round, 1.2))


def leaky_relu_at_zero():
    """tf.nn.leaky_relu(alpha=0.1)"""
    return gradient(lambda x: tf.nn.leaky_relu(x, 0.1), 0.0)


def elu_at_zero():
    """tf.nn"""
    raise takes_no(tf.nn.elu, "alpha")


def hard_sigmoid_at_corner():
    """tf.nn"""
    raise lacks(tf.nn, "hard_sigmoid")


def maximum_first():
    """tf.maximum"""
    return gradient(lambda x: tf.maximum(x, tf.zeros_like(x)), 0.0)


def maximum_second():
    """tf.maximum"""
    return gradient(lambda x: tf.maximum(tf.zeros_like(x), x), 0.0)


def clip_at_lower_bound():
    """tf.clip_by_value"""
    return gradient(lambda x: tf.clip_by_value(x, 0.0, 1.0), 0.0)


def clip_at_upper_bound():
    """tf.clip_by_value"""
    return gradient(lambda x: tf.clip_by_value(x, 0.0, 1.0), 1.0)


def max_ties():
    """tf.reduce_max(x)"""
    return gradient(tf.reduce_max, [1.0, 1.0, 0.0])


def max_along_axis_ties():
    """tf.reduce_max(x, axis=0)"""
    return gradient(lambda x: tf.reduce_max(x, axis=0), [1.0, 1.0, 0.0])


def min_ties():
    """tf.reduce_min(x)"""
    return gradient(tf.reduce_min, [0.0, 0.0, 1.0])


def max_pool_ties():
    """tf.nn.max_pool1d"""
    return gradient(lambda x: tf.nn.max_pool1d(x, 2, 2, "VALID"), [[[1.0], [1.0]]])[0, :, 0]


def sort_ties():
    """tf.sort"""
    weights = put([1.0, 10.0, 100.0], tf.float64)
    return gradient(lambda x: tf.sort(x) * weights, [2.0, 2.0, 1.0])


def norm_at_zero():
    """tf.norm"""
    return gradient(tf.norm, [0.0, 0.0])


def std_of_equals():
    """tf.math.reduce_std"""
    return gradient(tf.math.reduce_std, [1.0, 1.0])


def sqrt_at_zero():
    """tf.sqrt"""
    return gradient(tf.sqrt, 0.0)


def log_at_zero():
    """tf.math.log"""
    return gradient(tf.math.log, 0.0)


def power_zero_at_zero():
    """x ** 0.0"""
    return gradient(lambda x: x**0.0, 0.0)


def where_sqrt_at_zero():
    """tf.where(x > 0, tf.sqrt(x), 0)"""
    return gradient(lambda x: tf.where(x > 0, tf.sqrt(x), tf.zeros_like(x)), 0.0)


def prod_with_zero():
    """tf.reduce_prod"""
    return gradient(tf.reduce_prod, [2.0, 0.0, 3.0])


def prod_with_two_zeros():
    """tf.reduce_prod"""
    return gradient(tf.reduce_prod, [0.0, 0.0, 3.0])
