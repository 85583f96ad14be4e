from __future__ import annotations

import numpy as np
from keras import ops

from zoo_keras.conventions import get, put

IMAGE = put(np.arange(16.0).reshape(4, 4, 1))


def resize_bilinear():
    """keras.ops.image.resize"""
    return get(ops.image.resize(IMAGE, (2, 2))).ravel()


def resize_bicubic():
    """keras.ops.image.resize(interpolation="bicubic")"""
    return get(ops.image.resize(IMAGE, (3, 3), interpolation="bicubic"))[0, :, 0]


def resize_nearest():
    """keras.ops.image.resize(interpolation="nearest")"""
    row = put(np.arange(5.0).reshape(1, 5, 1))
    return get(ops.image.resize(row, (1, 3), interpolation="nearest"))[0, :, 0]
