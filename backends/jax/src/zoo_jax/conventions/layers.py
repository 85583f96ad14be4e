from __future__ import annotations

import jax.numpy as jnp
from jax import lax
from jax.example_libraries import stax

from zoo.conventions import measuring
from zoo.conventions.measuring import accepted_layout, layout_of, outcome, which
from zoo_jax.conventions import layer, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}
KERNEL = {"in": 2, "out": 3, "height": 4, "width": 5}


def dense_weight_layout():
    """jax.example_libraries.stax.Dense(3)"""
    _y, (weight, _bias) = layer(stax.Dense(3), jnp.zeros((2, 5)))
    return layout_of(weight.shape, {"in": 5, "out": 3})


def dense_on_rank_3():
    """jax.example_libraries.stax.Dense(3)"""
    initialise, apply = stax.Dense(3)
    _y, parameters = layer((initialise, apply), jnp.zeros((2, 5)))
    return list(apply(parameters, jnp.zeros((2, 4, 5))).shape)


def conv_image_layout():
    """jax.lax.conv"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}

    def call(shape):  # as wide as the image: height and width are told apart
        _need(lax.conv(jnp.zeros(shape), jnp.zeros((3, 2, 1, 9)), (1, 1), "VALID"), 7, 3, 8, 1)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """jax.lax.conv"""

    def call(shape):
        _need(lax.conv(jnp.zeros((7, 2, 9, 9)), jnp.zeros(shape), (1, 1), "VALID"), 7, 3, 6, 5)

    return accepted_layout(call, KERNEL)


def conv_impulse():
    """jax.lax.conv"""
    x, kernel = put([[[0.0, 0.0, 1.0, 0.0, 0.0]]]), put([[[1.0, 2.0, 3.0]]])
    return lax.conv(x, kernel, (1,), "VALID")[0, 0].tolist()


def conv_same_pads():
    """jax.lax.conv(padding="SAME")"""

    def convolve(length):
        return lax.conv(jnp.ones((1, 1, length)), jnp.ones((1, 1, 3)), (2,), "SAME")

    return measuring.same_pads(convolve)


def transposed_conv_kernel_layout():
    """jax.lax.conv_transpose"""

    def call(shape):
        _need(lax.conv_transpose(jnp.zeros((1, 1, 1, 2)), jnp.zeros(shape), (1, 1), "VALID"),
              1, 4, 5, 3)  # fmt: skip

    return accepted_layout(call, KERNEL)


def transposed_conv_impulse():
    """jax.lax.conv_transpose"""
    kernel = put([[[1.0]], [[2.0]], [[3.0]]])
    return lax.conv_transpose(put([[[1.0]]]), kernel, (1,), "VALID")[0, :, 0].tolist()


def depthwise_kernel_layout():
    """jax.lax.conv_general_dilated(feature_group_count=2)"""
    sizes = {"channels × multiplier": 6, "1": 1, "height": 4, "width": 5}

    def call(shape):
        _need(_grouped(jnp.zeros((1, 2, 9, 9)), jnp.zeros(shape)), 1, 6, 6, 5)

    return accepted_layout(call, sizes)


def depthwise_order():
    """jax.lax.conv_general_dilated(x, ones, feature_group_count=2)"""
    return _grouped(put([[[[0.0]], [[1.0]]]]), jnp.ones((4, 1, 1, 1)))[0, :, 0, 0].tolist()


def flatten_order():
    """jax.example_libraries.stax.Flatten of an image for jax.lax.conv"""
    x = jnp.arange(6.0).reshape(1, 3, 1, 2)  # batch, channels, height, width
    found = layer(stax.Flatten, x)[0][0, 1]
    return which(found, {"width": x[0, 0, 0, 1], "channels": x[0, 1, 0, 0]})


def embedding_index_too_large():
    """jax.numpy.take"""
    return _row(5)


def embedding_index_negative():
    """jax.numpy.take"""
    return _row(-1)


def _row(index):
    table = put([[1.0], [2.0], [3.0]])
    look_up = lambda: jnp.take(table, jnp.array([index]), axis=0)  # noqa: E731
    return outcome(look_up, lambda y: which(y.item(), ROWS))


def _grouped(x, kernel):
    return lax.conv_general_dilated(x, kernel, (1, 1), "VALID", feature_group_count=2)


def _need(y, *shape):
    if y.shape != shape:
        raise ValueError(y.shape)
