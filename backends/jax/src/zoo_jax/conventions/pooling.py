from __future__ import annotations

import jax.numpy as jnp
from jax.example_libraries import stax

from zoo.conventions.asking import takes_no
from zoo_jax.conventions import layer, put


def max_pool_partial_window():
    """jax.example_libraries.stax.MaxPool((3,), (2,))"""
    return _pooled(stax.MaxPool((3,), (2,)), jnp.zeros(6)).size


def max_pool_window_in_padding():
    """jax.example_libraries.stax.MaxPool"""
    raise takes_no(stax.MaxPool, "ceil_mode")


def max_pool_stride():
    """jax.example_libraries.stax.MaxPool((2,))"""
    return 8 // _pooled(stax.MaxPool((2,)), jnp.zeros(8)).size


def max_pool_padding_value():
    """jax.example_libraries.stax.MaxPool((3,), padding="SAME")"""
    return _pooled(stax.MaxPool((3,), padding="SAME"), put([-1.0, -1.0, -1.0]))[0].item()


def avg_pool_counts_padding():
    """jax.example_libraries.stax.AvgPool((3,), padding="SAME")"""
    return bool(_pooled(stax.AvgPool((3,), padding="SAME"), jnp.ones(3))[0] < 0.99)


def _pooled(pool, values):
    return layer(pool, values[None, :, None])[0].ravel()
