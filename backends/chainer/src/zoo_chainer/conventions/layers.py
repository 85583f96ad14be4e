from __future__ import annotations

import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions.asking import takes_no
from zoo.conventions.measuring import accepted_layout, layout_of, outcome, which
from zoo_chainer.conventions import get, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}
KERNEL = {"in": 2, "out": 3, "height": 4, "width": 5}


def dense_weight_layout():
    """chainer.links.Linear(5, 3).W"""
    return layout_of(L.Linear(5, 3).W.shape, {"in": 5, "out": 3})


def dense_on_rank_3():
    """chainer.links.Linear(None, 3)"""
    return list(L.Linear(None, 3)(put(np.zeros((2, 4, 5)))).shape)


def conv_image_layout():
    """chainer.links.Convolution2D(2, 3, (1, 9))"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}
    layer = L.Convolution2D(2, 3, (1, 9))  # as wide as the image: height and width are told apart

    def call(shape):
        if layer(put(np.zeros(shape))).shape != (7, 3, 8, 1):
            raise ValueError(shape)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """chainer.links.Convolution2D(2, 3, (4, 5)).W"""
    return layout_of(L.Convolution2D(2, 3, (4, 5)).W.shape, KERNEL)


def conv_impulse():
    """chainer.functions.convolution_1d"""
    x, kernel = put([[[0.0, 0.0, 1.0, 0.0, 0.0]]]), put([[[1.0, 2.0, 3.0]]])
    return get(F.convolution_1d(x, kernel))[0, 0]


def conv_same_pads():
    """chainer.functions.convolution_1d"""
    raise takes_no(F.convolution_1d, "padding")


def transposed_conv_kernel_layout():
    """chainer.links.Deconvolution2D(2, 3, (4, 5)).W"""
    return layout_of(L.Deconvolution2D(2, 3, (4, 5)).W.shape, KERNEL)


def transposed_conv_impulse():
    """chainer.functions.deconvolution_1d"""
    return get(F.deconvolution_1d(put([[[1.0]]]), put([[[1.0, 2.0, 3.0]]])))[0, 0]


def depthwise_kernel_layout():
    """chainer.links.DepthwiseConvolution2D(2, 3, (4, 5)).W"""
    sizes = {"channels": 2, "multiplier": 3, "height": 4, "width": 5}
    return layout_of(L.DepthwiseConvolution2D(2, 3, (4, 5)).W.shape, sizes)


def depthwise_order():
    """chainer.functions.depthwise_convolution_2d(x, ones)"""
    x = put([[[[0.0]], [[1.0]]]])
    return get(F.depthwise_convolution_2d(x, put(np.ones((2, 2, 1, 1)))))[0, :, 0, 0]


def flatten_order():
    """chainer.functions.flatten"""
    x = np.arange(6.0).reshape(1, 3, 1, 2)  # batch, channels, height, width
    found = get(F.flatten(put(x)))[1]
    return which(found, {"width": x[0, 0, 0, 1], "channels": x[0, 1, 0, 0]})


def embedding_index_too_large():
    """chainer.functions.embed_id"""
    return _row(5)


def embedding_index_negative():
    """chainer.functions.embed_id"""
    return _row(-1)


def _row(index):
    table = put([[1.0], [2.0], [3.0]])
    look_up = lambda: get(F.embed_id(put([index], "int32"), table))  # noqa: E731
    return outcome(look_up, lambda y: which(y.item(), ROWS))
