from __future__ import annotations

import math

import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions.asking import lacks, takes_no
from zoo_chainer.conventions import get, put

NAMES = ("attention", "dot_product_attention", "multi_head_attention")


def softmax_all_masked():
    """chainer.functions.softmax"""
    with np.errstate(all="ignore"):
        return get(F.softmax(put([[-math.inf, -math.inf]])))[0, 0]


def masked_softmax_all_masked():
    """chainer.functions.softmax"""
    raise takes_no(F.softmax, "mask", "where", "length")


def attention_all_masked():
    """chainer.functions"""
    raise lacks(F, *NAMES)


def attention_layer_all_masked():
    """chainer.links"""
    raise lacks(L, "MultiHeadAttention")


def attention_layer_with_dropout_all_masked():
    """chainer.links"""
    raise lacks(L, "MultiHeadAttention")


def attention_scale():
    """chainer.functions"""
    raise lacks(F, *NAMES)


def attention_mask_true():
    """chainer.functions"""
    raise lacks(F, *NAMES)


def attention_layer_mask_true():
    """chainer.links"""
    raise lacks(L, "MultiHeadAttention")
