from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.example_libraries import stax
from jax.nn import initializers

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import law_of
from zoo_jax.conventions import layer


def dense_weight_law():
    """jax.example_libraries.stax.Dense(500)"""
    return law_of(_dense()[0])


def dense_weight_std():
    """jax.example_libraries.stax.Dense(500)"""
    return _dense()[0].std().item()


def dense_bias_law():
    """jax.example_libraries.stax.Dense(500)"""
    return law_of(_dense()[1])


def embedding_law():
    """jax.example_libraries.stax"""
    raise lacks(stax, "Embedding", "Embed")


def embedding_std():
    """jax.example_libraries.stax"""
    raise lacks(stax, "Embedding", "Embed")


def he_normal_law():
    """jax.nn.initializers.he_normal()"""
    return law_of(_filled(initializers.he_normal()))


def he_normal_std():
    """jax.nn.initializers.he_normal()"""
    return _filled(initializers.he_normal()).std().item()


def glorot_normal_law():
    """jax.nn.initializers.glorot_normal()"""
    return law_of(_filled(initializers.glorot_normal()))


def truncated_normal_std():
    """jax.nn.initializers.truncated_normal(1)"""
    return _filled(initializers.truncated_normal(1.0)).std().item()


def normal_std():
    """jax.nn.initializers.normal()"""
    return _filled(initializers.normal()).std().item()


def uniform_bounds():
    """jax.nn.initializers.uniform()"""
    found = _filled(initializers.uniform())
    return [round(found.min().item(), 3), round(found.max().item(), 3)]


def first_number_of_seed_zero():
    """jax.random.uniform(jax.random.key(0))"""
    return jax.random.uniform(jax.random.key(0)).item()


def _dense():
    return layer(stax.Dense(500), jnp.zeros((1, 1000)))[1]


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    return initialise(jax.random.key(0), (1000, 500))
