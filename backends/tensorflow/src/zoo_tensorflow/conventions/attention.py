from __future__ import annotations

import math

import tensorflow as tf

from zoo.conventions.asking import lacks, takes_no
from zoo_tensorflow.conventions import get, put

NAMES = ("dot_product_attention", "scaled_dot_product_attention", "multi_head_attention")


def softmax_all_masked():
    """tf.nn.softmax"""
    return get(tf.nn.softmax(put([-math.inf, -math.inf])))[0]


def masked_softmax_all_masked():
    """tf.nn.softmax"""
    raise takes_no(tf.nn.softmax, "mask", "where", "length")


def attention_all_masked():
    """tf.nn"""
    raise lacks(tf.nn, *NAMES)


def attention_layer_all_masked():
    """tf.nn"""
    raise lacks(tf.nn, "MultiHeadAttention")


def attention_layer_with_dropout_all_masked():
    """tf.nn"""
    raise lacks(tf.nn, "MultiHeadAttention")


def attention_scale():
    """tf.nn"""
    raise lacks(tf.nn, *NAMES)


def attention_mask_true():
    """tf.nn"""
    raise lacks(tf.nn, *NAMES)


def attention_layer_mask_true():
    """tf.nn"""
    raise lacks(tf.nn, "MultiHeadAttention")
