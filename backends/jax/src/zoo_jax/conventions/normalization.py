from __future__ import annotations

import jax
import numpy as np
from jax.example_libraries import stax

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_jax.conventions import layer, put


def batch_norm_running_variance():
    """jax.nn"""
    raise lacks(jax.nn, "BatchNorm", "batch_norm")  # stax.BatchNorm keeps no statistics


def batch_norm_kept_fraction():
    """jax.nn"""
    raise lacks(jax.nn, "BatchNorm", "batch_norm")


def batch_norm_momentum_weighs():
    """jax.nn"""
    raise lacks(jax.nn, "BatchNorm", "batch_norm")


def batch_norm_epsilon():
    """jax.example_libraries.stax.BatchNorm(axis=0)"""
    return epsilon_of(lambda x: layer(stax.BatchNorm(0), put(x[:, None]))[0])


def batch_norm_operator_epsilon():
    """jax.nn"""
    raise lacks(jax.nn, "batch_norm")


def batch_norm_operator_scale():
    """jax.nn"""
    raise lacks(jax.nn, "batch_norm")


def batch_norm_single_value():
    """jax.example_libraries.stax.BatchNorm(axis=0) on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    return outcome(
        lambda: layer(stax.BatchNorm(0), put([[3.0]]))[0], lambda y: which(y.item(), words)
    )


def layer_norm_epsilon():
    """jax.example_libraries.stax"""
    raise lacks(stax, "LayerNorm")


def layer_norm_operator_epsilon():
    """jax.nn.standardize"""
    return epsilon_of(lambda x: jax.nn.standardize(put(x[None])))


def group_norm_epsilon():
    """jax.example_libraries.stax"""
    raise lacks(stax, "GroupNorm")


def group_norm_scale():
    """jax.example_libraries.stax"""
    raise lacks(stax, "GroupNorm")


def instance_norm_epsilon():
    """jax.example_libraries.stax"""
    raise lacks(stax, "InstanceNorm")


def rms_norm_epsilon():
    """jax.nn"""
    raise lacks(jax.nn, "rms_norm")


def large_mean_variance():
    """jax.nn.standardize"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000)
    return "kept" if abs(jax.nn.standardize(put(x)).std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """jax.nn"""
    raise lacks(jax.nn, "normalize", "l2_normalize")


def local_response_norm():
    """jax.nn"""
    raise lacks(jax.nn, "local_response_normalization", "lrn")
