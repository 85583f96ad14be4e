from __future__ import annotations

import numpy as np
import tensorflow as tf

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_tensorflow.conventions import get, put


def batch_norm_running_variance():
    """tf.compat.v1.nn.fused_batch_norm on 1 and 3"""
    _y, _mean, variance = _batch_norm([1.0, 3.0])
    return which(get(variance)[0], {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction():
    """tf.compat.v1.nn.fused_batch_norm(mean=1) on zeros"""
    _y, mean, _variance = _batch_norm([0.0, 0.0], mean=put([1.0]), variance=put([1.0]))
    return get(mean)[0]


def batch_norm_momentum_weighs():
    """tf.compat.v1.nn.fused_batch_norm(mean=1, exponential_avg_factor=0.25) on zeros"""
    given = {"mean": put([1.0]), "variance": put([1.0]), "exponential_avg_factor": 0.25}
    _y, mean, _variance = _batch_norm([0.0, 0.0], **given)
    return which(get(mean)[0], {"old": 0.25, "new": 0.75})


def batch_norm_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "BatchNorm", "BatchNormalization")


def batch_norm_operator_epsilon():
    """tf.compat.v1.nn.fused_batch_norm"""
    return epsilon_of(lambda x: get(_batch_norm(x)[0]))


def batch_norm_operator_scale():
    """tf.compat.v1.nn.fused_batch_norm(scale=2)"""
    y = get(_batch_norm([-1.0, 1.0], scale=2.0)[0])
    return which(round(float(y.ravel()[1]), 2), {"used": 2.0, "ignored": 1.0})


def batch_norm_single_value():
    """tf.compat.v1.nn.fused_batch_norm on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    return outcome(lambda: get(_batch_norm([3.0])[0]), lambda y: which(y.item(), words))


def layer_norm_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "LayerNorm", "LayerNormalization")


def layer_norm_operator_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "layer_norm", "layer_normalization")


def group_norm_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "GroupNorm", "group_normalization")


def group_norm_scale():
    """tf.nn"""
    raise lacks(tf.nn, "GroupNorm", "group_normalization")


def instance_norm_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "InstanceNorm", "instance_normalization")


def rms_norm_epsilon():
    """tf.nn"""
    raise lacks(tf.nn, "RMSNorm", "rms_normalization")


def large_mean_variance():
    """tf.compat.v1.nn.fused_batch_norm"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000)
    return "kept" if abs(get(_batch_norm(x)[0]).std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """tf.math.l2_normalize"""
    return get(tf.math.l2_normalize(put([3e-7, 4e-7])))


def local_response_norm():
    """tf.nn.local_response_normalization(depth_radius=2, bias=1, alpha=1, beta=1)"""
    x = put([[[[0.0, 0.0, 1.0, 0.0, 0.0]]]])
    return get(tf.nn.local_response_normalization(x, 2, 1.0, 1.0, 1.0))[0, 0, 0, 2]


def _batch_norm(values, scale=1.0, **options):
    """In training, over a batch of values of one channel."""
    x = tf.reshape(put(values), (-1, 1, 1, 1))
    return tf.compat.v1.nn.fused_batch_norm(x, put([scale]), put([0.0]), **options)
