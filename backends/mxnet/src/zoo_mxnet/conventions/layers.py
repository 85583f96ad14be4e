from __future__ import annotations

import mxnet as mx
import numpy as np
from mxnet.gluon import nn

from zoo.conventions.asking import Absent
from zoo.conventions.measuring import accepted_layout, layout_of, outcome, which
from zoo_mxnet.conventions import get, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}
KERNEL = {"in": 2, "out": 3, "height": 4, "width": 5}


def dense_weight_layout():
    """mx.gluon.nn.Dense(3, in_units=5).weight"""
    return layout_of(nn.Dense(3, in_units=5).weight.shape, {"in": 5, "out": 3})


def dense_on_rank_3():
    """mx.gluon.nn.Dense(3)"""
    layer = nn.Dense(3)
    layer.initialize()
    return list(layer(mx.nd.zeros((2, 4, 5))).shape)


def conv_image_layout():
    """mx.gluon.nn.Conv2D(3, (1, 9), in_channels=2)"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}
    layer = nn.Conv2D(3, (1, 9), in_channels=2)  # as wide as the image: height is told apart
    layer.initialize()

    def call(shape):
        if layer(mx.nd.zeros(shape)).shape != (7, 3, 8, 1):
            raise ValueError(shape)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """mx.gluon.nn.Conv2D(3, (4, 5), in_channels=2).weight"""
    return layout_of(nn.Conv2D(3, (4, 5), in_channels=2).weight.shape, KERNEL)


def conv_impulse():
    """mx.nd.Convolution"""
    x, kernel = put([[[0.0, 0.0, 1.0, 0.0, 0.0]]]), put([[[1.0, 2.0, 3.0]]])
    return get(mx.nd.Convolution(x, kernel, kernel=(3,), num_filter=1, no_bias=True))[0, 0]


def conv_same_pads():
    """mx.gluon.nn.Conv1D(1, 3, strides=2, padding="same")"""
    try:
        nn.Conv1D(1, 3, strides=2, padding="same", in_channels=1)
    except mx.base.MXNetError as refusal:
        raise Absent("is refused") from refusal


def transposed_conv_kernel_layout():
    """mx.gluon.nn.Conv2DTranspose(3, (4, 5), in_channels=2).weight"""
    return layout_of(nn.Conv2DTranspose(3, (4, 5), in_channels=2).weight.shape, KERNEL)


def transposed_conv_impulse():
    """mx.nd.Deconvolution"""
    x, kernel = put([[[1.0]]]), put([[[1.0, 2.0, 3.0]]])
    return get(mx.nd.Deconvolution(x, kernel, kernel=(3,), num_filter=1, no_bias=True))[0, 0]


def depthwise_kernel_layout():
    """mx.gluon.nn.Conv2D(6, (4, 5), groups=2, in_channels=2).weight"""
    sizes = {"channels × multiplier": 6, "1": 1, "height": 4, "width": 5}
    return layout_of(nn.Conv2D(6, (4, 5), groups=2, in_channels=2).weight.shape, sizes)


def depthwise_order():
    """mx.nd.Convolution(x, ones, num_group=2)"""
    x, kernel = put([[[[0.0]], [[1.0]]]]), mx.nd.ones((4, 1, 1, 1))
    options = {"kernel": (1, 1), "num_filter": 4, "num_group": 2, "no_bias": True}
    return get(mx.nd.Convolution(x, kernel, **options))[0, :, 0, 0]


def flatten_order():
    """mx.gluon.nn.Flatten()"""
    x = np.arange(6.0).reshape(1, 3, 1, 2)  # batch, channels, height, width
    found = get(nn.Flatten()(put(x)))[0, 1]
    return which(found, {"width": x[0, 0, 0, 1], "channels": x[0, 1, 0, 0]})


def embedding_index_too_large():
    """mx.nd.Embedding"""
    return _row(5)


def embedding_index_negative():
    """mx.nd.Embedding"""
    return _row(-1)


def _row(index):
    table = put([[1.0], [2.0], [3.0]])
    look_up = lambda: get(mx.nd.Embedding(put([index]), table, input_dim=3, output_dim=1))  # noqa: E731
    return outcome(look_up, lambda y: which(y.item(), ROWS))
