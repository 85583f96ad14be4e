from __future__ import annotations

import tensorflow as tf

from zoo_tensorflow.conventions import get

IMAGE = tf.reshape(tf.range(16.0), (1, 4, 4, 1))


def resize_bilinear():
    """tf.image.resize"""
    return get(tf.image.resize(IMAGE, (2, 2))).ravel()


def resize_bicubic():
    """tf.image.resize(method="bicubic")"""
    return get(tf.image.resize(IMAGE, (3, 3), method="bicubic"))[0, 0, :, 0]


def resize_nearest():
    """tf.image.resize(method="nearest")"""
    row = tf.reshape(tf.range(5.0), (1, 1, 5, 1))
    return get(tf.image.resize(row, (1, 3), method="nearest"))[0, 0, :, 0]
