from __future__ import annotations

import tensorflow as tf

from zoo.conventions import measuring
from zoo.conventions.measuring import accepted_layout, outcome, which
from zoo_tensorflow.conventions import get, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}


def dense_weight_layout():
    """tf.compat.v1.nn.xw_plus_b"""
    call = lambda shape: _dense(tf.zeros((2, 5)), shape)  # noqa: E731
    return accepted_layout(call, {"in": 5, "out": 3})


def dense_on_rank_3():
    """tf.compat.v1.nn.xw_plus_b"""
    return _dense(tf.zeros((2, 4, 5)), (5, 3)).shape.as_list()


def conv_image_layout():
    """tf.nn.conv2d"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}

    def call(shape):  # as wide as the image: height and width are told apart
        _need(tf.nn.conv2d(tf.zeros(shape), tf.zeros((1, 9, 2, 3)), 1, "VALID"), 7, 8, 1, 3)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """tf.nn.conv2d"""
    sizes = {"in": 2, "out": 3, "height": 4, "width": 5}

    def call(shape):
        _need(tf.nn.conv2d(tf.zeros((7, 9, 9, 2)), tf.zeros(shape), 1, "VALID"), 7, 6, 5, 3)

    return accepted_layout(call, sizes)


def conv_impulse():
    """tf.nn.conv1d"""
    x, kernel = put([[[0.0], [0.0], [1.0], [0.0], [0.0]]]), put([[[1.0]], [[2.0]], [[3.0]]])
    return get(tf.nn.conv1d(x, kernel, 1, "VALID"))[0, :, 0]


def conv_same_pads():
    """tf.nn.conv1d(padding="SAME")"""

    def convolve(length):
        return get(tf.nn.conv1d(tf.ones((1, length, 1)), tf.ones((3, 1, 1)), 2, "SAME"))

    return measuring.same_pads(convolve)


def transposed_conv_kernel_layout():
    """tf.nn.conv2d_transpose"""
    x, sizes = tf.zeros((1, 1, 1, 2)), {"in": 2, "out": 3, "height": 4, "width": 5}

    def call(shape):
        tf.nn.conv2d_transpose(x, tf.zeros(shape), (1, 4, 5, 3), 1, "VALID")

    return accepted_layout(call, sizes)


def transposed_conv_impulse():
    """tf.nn.conv1d_transpose"""
    kernel = put([[[1.0]], [[2.0]], [[3.0]]])
    return get(tf.nn.conv1d_transpose(put([[[1.0]]]), kernel, (1, 3, 1), 1, "VALID"))[0, :, 0]


def depthwise_kernel_layout():
    """tf.nn.depthwise_conv2d"""
    x, sizes = tf.zeros((1, 9, 9, 2)), {"channels": 2, "multiplier": 3, "height": 4, "width": 5}

    def call(shape):
        y = tf.nn.depthwise_conv2d(x, tf.zeros(shape), (1, 1, 1, 1), "VALID")
        _need(y, 1, 6, 5, 6)

    return accepted_layout(call, sizes)


def depthwise_order():
    """tf.nn.depthwise_conv2d(x, ones)"""
    y = tf.nn.depthwise_conv2d(put([[[[0.0, 1.0]]]]), tf.ones((1, 1, 2, 2)), (1,) * 4, "VALID")
    return get(y)[0, 0, 0]


def flatten_order():
    """tf.reshape of an image for tf.nn.conv2d"""
    x = tf.reshape(tf.range(6.0), (1, 1, 2, 3))  # batch, height, width, channels
    found = get(tf.reshape(x, (1, -1)))[0, 1]
    return which(found, {"width": get(x)[0, 0, 1, 0], "channels": get(x)[0, 0, 0, 1]})


def embedding_index_too_large():
    """tf.nn.embedding_lookup"""
    return _row(5)


def embedding_index_negative():
    """tf.nn.embedding_lookup"""
    return _row(-1)


def _row(index):
    table = put([[1.0], [2.0], [3.0]])
    look_up = lambda: get(tf.nn.embedding_lookup(table, [index]))  # noqa: E731
    return outcome(look_up, lambda y: which(y.item(), ROWS))


def _dense(x, shape):
    return tf.compat.v1.nn.xw_plus_b(x, tf.zeros(shape), tf.zeros(3))


def _need(y, *shape):
    if tuple(y.shape) != shape:
        raise ValueError(y.shape)
