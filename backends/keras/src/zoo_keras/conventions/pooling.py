from __future__ import annotations

from keras import layers, ops

from zoo.conventions.asking import takes_no
from zoo_keras.conventions import get, put


def max_pool_partial_window():
    """keras.layers.MaxPooling1D(3, strides=2)"""
    return layers.MaxPooling1D(3, strides=2)(ops.zeros((1, 6, 1))).shape[1]


def max_pool_window_in_padding():
    """keras.layers.MaxPooling1D"""
    raise takes_no(layers.MaxPooling1D.__init__, "ceil_mode")


def max_pool_stride():
    """keras.layers.MaxPooling1D(2)"""
    return 8 // layers.MaxPooling1D(2)(ops.zeros((1, 8, 1))).shape[1]


def max_pool_padding_value():
    """keras.layers.MaxPooling1D(3, strides=1, padding="same")"""
    layer = layers.MaxPooling1D(3, strides=1, padding="same")
    return get(layer(put([[[-1.0], [-1.0], [-1.0]]])))[0, 0, 0]


def avg_pool_counts_padding():
    """keras.layers.AveragePooling1D(3, strides=1, padding="same")"""
    layer = layers.AveragePooling1D(3, strides=1, padding="same")
    return bool(get(layer(ops.ones((1, 3, 1))))[0, 0, 0] < 0.99)
