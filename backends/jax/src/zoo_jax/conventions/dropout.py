from __future__ import annotations

import math

import jax.numpy as jnp
from jax.example_libraries import stax

from zoo_jax.conventions import layer

ONES = jnp.ones(10_000)


def dropout_initial_mode():
    """jax.example_libraries.stax.Dropout(0.5)"""
    return "drops" if (layer(stax.Dropout(0.5), ONES)[0] == 0).any() else "does nothing"


def dropout_argument():
    """jax.example_libraries.stax.Dropout(0.9)"""
    return "dropped" if (layer(stax.Dropout(0.9), ONES)[0] == 0).mean() > 0.5 else "kept"


def dropout_scale():
    """jax.example_libraries.stax.Dropout(0.25)"""
    return layer(stax.Dropout(0.25), ONES)[0].max().item()


def dropout_of_infinity():
    """jax.example_libraries.stax.Dropout(0.5)"""
    y = layer(stax.Dropout(0.5), ONES * math.inf)[0]
    return y[y != math.inf][0].item()
