from __future__ import annotations

import tensorflow as tf

from zoo.conventions.asking import obliges, takes_no
from zoo_tensorflow.conventions import get, put


def max_pool_partial_window():
    """tf.nn.max_pool1d(3, 2, "VALID")"""
    return tf.nn.max_pool1d(tf.zeros((1, 6, 1)), 3, 2, "VALID").shape[1]


def max_pool_window_in_padding():
    """tf.nn.max_pool1d"""
    raise takes_no(tf.nn.max_pool1d, "ceil_mode")


def max_pool_stride():
    """tf.nn.max_pool1d"""
    raise obliges(tf.nn.max_pool1d, "strides")


def max_pool_padding_value():
    """tf.nn.max_pool1d(3, 1, "SAME")"""
    return get(tf.nn.max_pool1d(put([[[-1.0], [-1.0], [-1.0]]]), 3, 1, "SAME"))[0, 0, 0]


def avg_pool_counts_padding():
    """tf.nn.avg_pool1d(3, 1, "SAME")"""
    return bool(get(tf.nn.avg_pool1d(tf.ones((1, 3, 1)), 3, 1, "SAME"))[0, 0, 0] < 0.99)
