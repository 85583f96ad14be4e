from __future__ import annotations

import chainer.functions as F
import numpy as np

from zoo.conventions.asking import Absent
from zoo_chainer.conventions import get, put

IMAGE = put(np.arange(16.0).reshape(1, 1, 4, 4))


def resize_bilinear():
    """chainer.functions.resize_images"""
    return get(F.resize_images(IMAGE, (2, 2))).ravel()


def resize_bicubic():
    """chainer.functions.resize_images(mode="bicubic")"""
    try:
        return get(F.resize_images(IMAGE, (3, 3), mode="bicubic"))[0, 0, 0]
    except AssertionError as refusal:
        raise Absent("is refused") from refusal


def resize_nearest():
    """chainer.functions.resize_images(mode="nearest")"""
    row = put(np.arange(5.0).reshape(1, 1, 1, 5))
    return get(F.resize_images(row, (1, 3), mode="nearest"))[0, 0, 0]
