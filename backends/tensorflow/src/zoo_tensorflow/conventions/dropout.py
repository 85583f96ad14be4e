from __future__ import annotations

import math

import tensorflow as tf

from zoo_tensorflow.conventions import get

ONES = tf.ones(10_000)


def dropout_initial_mode():
    """tf.nn.dropout(x, 0.5)"""
    return "drops" if (get(tf.nn.dropout(ONES, 0.5)) == 0).any() else "does nothing"


def dropout_argument():
    """tf.nn.dropout(x, 0.9)"""
    return "dropped" if (get(tf.nn.dropout(ONES, 0.9)) == 0).mean() > 0.5 else "kept"


def dropout_scale():
    """tf.nn.dropout(x, 0.75)"""
    return get(tf.nn.dropout(ONES, 0.75)).max()


def dropout_of_infinity():
    """tf.nn.dropout(x, 0.5)"""
    y = get(tf.nn.dropout(ONES * math.inf, 0.5))
    return y[y != math.inf][0]
