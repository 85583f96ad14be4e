from __future__ import annotations

import jax

from zoo.conventions.asking import lacks

CROSS_ENTROPY = ("cross_entropy", "softmax_cross_entropy")


def cross_entropy_reduction():
    """jax.nn"""
    raise lacks(jax.nn, *CROSS_ENTROPY)


def cross_entropy_class_axis():
    """jax.nn"""
    raise lacks(jax.nn, *CROSS_ENTROPY)


def cross_entropy_ignored_label():
    """jax.nn"""
    raise lacks(jax.nn, *CROSS_ENTROPY)


def cross_entropy_all_ignored():
    """jax.nn"""
    raise lacks(jax.nn, *CROSS_ENTROPY)


def label_smoothing():
    """jax.nn"""
    raise lacks(jax.nn, *CROSS_ENTROPY)


def squared_error():
    """jax.nn"""
    raise lacks(jax.nn, "mean_squared_error", "squared_error", "l2_loss")


def squared_error_reduction():
    """jax.nn"""
    raise lacks(jax.nn, "mean_squared_error", "squared_error", "l2_loss")


def huber_beyond_threshold():
    """jax.nn"""
    raise lacks(jax.nn, "huber_loss")


def kl_divergence_divisor():
    """jax.nn"""
    raise lacks(jax.nn, "kl_divergence")


def probability_zero_loss():
    """jax.nn"""
    raise lacks(jax.nn, "binary_cross_entropy")


def ctc_blank():
    """jax.nn"""
    raise lacks(jax.nn, "ctc_loss")
