from __future__ import annotations

import math

import numpy as np
from keras import layers, ops

from zoo.conventions.measuring import which
from zoo_keras.conventions import get, put

VALUE = put(np.array([1.0, 2.0]).reshape(1, 2, 1, 1))  # batch, length, heads, features


def softmax_all_masked():
    """keras.ops.softmax"""
    return get(ops.softmax(put([-math.inf, -math.inf])))[0]


def masked_softmax_all_masked():
    """keras.layers.Softmax()(x, mask=all False)"""
    return get(layers.Softmax()(put([[1.0, 2.0]]), mask=put([[False, False]], "bool")))[0, 0]


def attention_all_masked():
    """keras.ops.dot_product_attention(mask=all False)"""
    mask = put(np.zeros((1, 1, 2, 2)), "bool")
    y = get(ops.dot_product_attention(VALUE, VALUE, VALUE, mask=mask))
    return which(y[0, 0, 0, 0], {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_layer_all_masked():
    """keras.layers.MultiHeadAttention(1, 1) with attention_mask all False"""
    y = _layer([[False, False]])
    return which(y[0, 0, 0], {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_layer_with_dropout_all_masked():
    """keras.layers.MultiHeadAttention(1, 1, dropout=0.5) with attention_mask all False"""
    y = _layer([[False, False]], dropout=0.5)
    return which(y[0, 0, 0], {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_scale():
    """keras.ops.dot_product_attention"""
    key, value = np.zeros((2, 1, 2, 1, 16))
    key[0, 1, 0, 0] = 1.0
    value[0, 1] = 1.0
    share = get(ops.dot_product_attention(put(key[:, 1:]), put(key), put(value)))[0, 0, 0, 0]
    return math.log(share / (1 - share))


def attention_mask_true():
    """keras.ops.dot_product_attention(mask=(True, False))"""
    mask = put([[[[True, False]]]], "bool")
    y = get(ops.dot_product_attention(VALUE[:, :1], VALUE, VALUE, mask=mask))
    return which(y.item(), {"attend": 1.0, "hide": 2.0})


def attention_layer_mask_true():
    """keras.layers.MultiHeadAttention(1, 1) with attention_mask (True, False)"""
    return which(_layer([[True, False]])[0, 0, 0], {"attend": 1.0, "hide": 2.0})


def _layer(mask, **options):
    """Values 1 and 2 through a layer whose projections do nothing."""
    layer = layers.MultiHeadAttention(1, 1, kernel_initializer="ones", **options)
    x = put([[[1.0], [2.0]]])
    return get(layer(x, x, attention_mask=put([mask * 2], "bool")))
