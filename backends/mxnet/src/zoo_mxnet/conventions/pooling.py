from __future__ import annotations

import mxnet as mx
from mxnet.gluon import nn

from zoo_mxnet.conventions import get, put


def max_pool_partial_window():
    """mx.gluon.nn.MaxPool1D(3, strides=2)"""
    return nn.MaxPool1D(3, strides=2)(mx.nd.zeros((1, 1, 6))).shape[-1]


def max_pool_window_in_padding():
    """mx.gluon.nn.MaxPool1D(2, strides=3, padding=1, ceil_mode=True)"""
    layer = nn.MaxPool1D(2, strides=3, padding=1, ceil_mode=True)
    return get(layer(put([[[1.0, 2.0, 3.0, 4.0, 5.0]]])))[0, 0]


def max_pool_stride():
    """mx.gluon.nn.MaxPool1D(2)"""
    return 8 // nn.MaxPool1D(2)(mx.nd.zeros((1, 1, 8))).shape[-1]


def max_pool_padding_value():
    """mx.gluon.nn.MaxPool1D(3, strides=1, padding=1)"""
    return get(nn.MaxPool1D(3, strides=1, padding=1)(put([[[-1.0, -1.0, -1.0]]])))[0, 0, 0]


def avg_pool_counts_padding():
    """mx.gluon.nn.AvgPool1D(3, strides=1, padding=1)"""
    y = nn.AvgPool1D(3, strides=1, padding=1)(put([[[1.0, 1.0, 1.0]]]))
    return bool(get(y)[0, 0, 0] < 0.99)
