from __future__ import annotations

import numpy as np
from keras import layers, ops

from zoo.conventions import measuring
from zoo.conventions.measuring import accepted_layout, layout_of, outcome, which
from zoo_keras.conventions import get, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}
KERNEL = {"in": 2, "out": 3, "height": 4, "width": 5}


def dense_weight_layout():
    """keras.layers.Dense(3).kernel"""
    return layout_of(_built(layers.Dense(3), 5).kernel.shape, {"in": 5, "out": 3})


def dense_on_rank_3():
    """keras.layers.Dense(3)"""
    return list(layers.Dense(3)(put(np.zeros((2, 4, 5)))).shape)


def conv_image_layout():
    """keras.layers.Conv2D(3, (1, 9))"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}

    def call(shape):  # as wide as the image: height and width are told apart
        layer = _built(layers.Conv2D(3, (1, 9)), None, None, 2)
        if tuple(layer(put(np.zeros(shape))).shape) != (7, 8, 1, 3):
            raise ValueError(shape)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """keras.layers.Conv2D(3, (4, 5)).kernel"""
    return layout_of(_built(layers.Conv2D(3, (4, 5)), 9, 9, 2).kernel.shape, KERNEL)


def conv_impulse():
    """keras.ops.conv"""
    x, kernel = put([[[0.0], [0.0], [1.0], [0.0], [0.0]]]), put([[[1.0]], [[2.0]], [[3.0]]])
    return get(ops.conv(x, kernel))[0, :, 0]


def conv_same_pads():
    """keras.ops.conv(padding="same")"""

    def convolve(length):
        return get(ops.conv(ops.ones((1, length, 1)), ops.ones((3, 1, 1)), 2, "same"))

    return measuring.same_pads(convolve)


def transposed_conv_kernel_layout():
    """keras.layers.Conv2DTranspose(3, (4, 5)).kernel"""
    return layout_of(_built(layers.Conv2DTranspose(3, (4, 5)), 9, 9, 2).kernel.shape, KERNEL)


def transposed_conv_impulse():
    """keras.ops.conv_transpose"""
    kernel = put([[[1.0]], [[2.0]], [[3.0]]])
    return get(ops.conv_transpose(put([[[1.0]]]), kernel, 1, "valid"))[0, :, 0]


def depthwise_kernel_layout():
    """keras.layers.DepthwiseConv2D((4, 5), depth_multiplier=3).kernel"""
    sizes = {"channels": 2, "multiplier": 3, "height": 4, "width": 5}
    layer = _built(layers.DepthwiseConv2D((4, 5), depth_multiplier=3), 9, 9, 2)
    return layout_of(layer.kernel.shape, sizes)


def depthwise_order():
    """keras.ops.depthwise_conv(x, ones)"""
    return get(ops.depthwise_conv(put([[[[0.0, 1.0]]]]), ops.ones((1, 1, 2, 2))))[0, 0, 0]


def flatten_order():
    """keras.layers.Flatten()"""
    x = np.arange(6.0).reshape(1, 1, 2, 3)  # batch, height, width, channels
    found = get(layers.Flatten()(put(x)))[0, 1]
    return which(found, {"width": x[0, 0, 1, 0], "channels": x[0, 0, 0, 1]})


def embedding_index_too_large():
    """keras.layers.Embedding(3, 1)"""
    return _row(5)


def embedding_index_negative():
    """keras.layers.Embedding(3, 1)"""
    return _row(-1)


def _row(index):
    layer = layers.Embedding(3, 1)
    layer.build()
    layer.set_weights([np.array([[1.0], [2.0], [3.0]])])
    return outcome(lambda: get(layer(put([index], "int32"))), lambda y: which(y.item(), ROWS))


def _built(layer, *shape):
    layer.build((None, *shape))
    return layer
