from __future__ import annotations

import math

from keras import layers, ops

from zoo_keras.conventions import get

ONES = ops.ones((10_000,))


def dropout_initial_mode():
    """keras.layers.Dropout(0.5)"""
    return "drops" if (get(layers.Dropout(0.5)(ONES)) == 0).any() else "does nothing"


def dropout_argument():
    """keras.layers.Dropout(0.9)(x, training=True)"""
    return "dropped" if (_dropped(0.9, ONES) == 0).mean() > 0.5 else "kept"


def dropout_scale():
    """keras.layers.Dropout(0.75)(x, training=True)"""
    return _dropped(0.75, ONES).max()


def dropout_of_infinity():
    """keras.layers.Dropout(0.5)(x, training=True)"""
    y = _dropped(0.5, ONES * math.inf)
    return y[y != math.inf][0]


def _dropped(rate, x):
    return get(layers.Dropout(rate, seed=0)(x, training=True))
