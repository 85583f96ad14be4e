from __future__ import annotations

import math

import mxnet as mx
from mxnet.gluon import nn

from zoo.conventions.asking import lacks
from zoo_mxnet.conventions import get, put

NAMES = ("dot_product_attention", "scaled_dot_product_attention", "multi_head_attention")


def softmax_all_masked():
    """mx.nd.softmax"""
    return get(mx.nd.softmax(put([-math.inf, -math.inf])))[0]


def masked_softmax_all_masked():
    """mx.nd.softmax(length=0, use_length=True)"""
    length = put([0], "int32")
    return get(mx.nd.softmax(put([[1.0, 2.0]]), length, axis=-1, use_length=True))[0, 0]


def attention_all_masked():
    """mx.nd.contrib"""
    raise lacks(mx.nd.contrib, *NAMES)


def attention_layer_all_masked():
    """mx.gluon.nn"""
    raise lacks(nn, "MultiHeadAttention")


def attention_layer_with_dropout_all_masked():
    """mx.gluon.nn"""
    raise lacks(nn, "MultiHeadAttention")


def attention_scale():
    """mx.nd.contrib"""
    raise lacks(mx.nd.contrib, *NAMES)


def attention_mask_true():
    """mx.nd.contrib"""
    raise lacks(mx.nd.contrib, *NAMES)


def attention_layer_mask_true():
    """mx.gluon.nn"""
    raise lacks(nn, "MultiHeadAttention")
