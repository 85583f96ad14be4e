from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax.example_libraries import stax

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import which
from zoo_jax.conventions import put

VALUE = put([1.0, 2.0]).reshape(1, 2, 1, 1)  # batch, length, heads, features


def softmax_all_masked():
    """jax.nn.softmax"""
    return jax.nn.softmax(put([-math.inf, -math.inf]))[0].item()


def masked_softmax_all_masked():
    """jax.nn.softmax(where=all False)"""
    return jax.nn.softmax(put([1.0, 2.0]), where=jnp.zeros(2, bool))[0].item()


def attention_all_masked():
    """jax.nn.dot_product_attention(mask=all False)"""
    mask = jnp.zeros((1, 1, 2, 2), bool)
    y = jax.nn.dot_product_attention(VALUE, VALUE, VALUE, mask=mask)
    return which(y[0, 0, 0, 0], {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_layer_all_masked():
    """jax.example_libraries.stax"""
    raise lacks(stax, "MultiHeadAttention")


def attention_layer_with_dropout_all_masked():
    """jax.example_libraries.stax"""
    raise lacks(stax, "MultiHeadAttention")


def attention_scale():
    """jax.nn.dot_product_attention"""
    key = jnp.zeros((1, 2, 1, 16)).at[0, 1, 0, 0].set(1.0)
    value = jnp.zeros((1, 2, 1, 16)).at[0, 1].set(1.0)
    share = jax.nn.dot_product_attention(key[:, 1:], key, value)[0, 0, 0, 0].item()
    return math.log(share / (1 - share))


def attention_mask_true():
    """jax.nn.dot_product_attention(mask=(True, False))"""
    mask = jnp.array([[[[True, False]]]])
    y = jax.nn.dot_product_attention(VALUE[:, :1], VALUE, VALUE, mask=mask)
    return which(y.item(), {"attend": 1.0, "hide": 2.0})


def attention_layer_mask_true():
    """jax.example_libraries.stax"""
    raise lacks(stax, "MultiHeadAttention")
