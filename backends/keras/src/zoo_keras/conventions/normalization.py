from __future__ import annotations

import numpy as np
from keras import layers, ops

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_keras.conventions import get, put


def batch_norm_running_variance():
    """keras.layers.BatchNormalization(momentum=0) trained on 1 and 3"""
    layer = layers.BatchNormalization(momentum=0.0)
    layer(put([[1.0], [3.0]]), training=True)
    return which(get(layer.moving_variance)[0], {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction():
    """keras.layers.BatchNormalization() with a running mean of 1, trained on zeros"""
    return _mean_kept(layers.BatchNormalization())


def batch_norm_momentum_weighs():
    """keras.layers.BatchNormalization(momentum=0.25) with a running mean of 1, trained on zeros"""
    return which(_mean_kept(layers.BatchNormalization(momentum=0.25)), {"old": 0.25, "new": 0.75})


def batch_norm_epsilon():
    """keras.layers.BatchNormalization()"""
    return epsilon_of(lambda x: get(layers.BatchNormalization()(put(x[:, None]), training=True)))


def batch_norm_operator_epsilon():
    """keras.ops.batch_normalization"""
    return epsilon_of(lambda x: _operator(x[:, None]))


def batch_norm_operator_scale():
    """keras.ops.batch_normalization(scale=2)"""
    y = _operator(np.array([[-1.0], [1.0]]), scale=put([2.0]))
    return which(round(float(y[1, 0]), 2), {"used": 2.0, "ignored": 1.0})


def batch_norm_single_value():
    """keras.layers.BatchNormalization() on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    train = lambda: get(layers.BatchNormalization()(put([[3.0]]), training=True))  # noqa: E731
    return outcome(train, lambda y: which(y.item(), words))


def layer_norm_epsilon():
    """keras.layers.LayerNormalization()"""
    return epsilon_of(lambda x: get(layers.LayerNormalization()(put(x[None]))))


def layer_norm_operator_epsilon():
    """keras.ops.layer_normalization"""
    return epsilon_of(lambda x: get(ops.layer_normalization(put(x[None]))))


def group_norm_epsilon():
    """keras.layers.GroupNormalization(1)"""
    return epsilon_of(lambda x: get(layers.GroupNormalization(1)(put(x[None]))))


def group_norm_scale():
    """keras.layers.GroupNormalization(2).gamma for 4 channels"""
    layer = layers.GroupNormalization(2)
    layer.build((None, 3, 4))
    return which(get(layer.gamma).size, {"per channel": 4, "per group": 2})


def instance_norm_epsilon():
    """keras.layers"""
    raise lacks(layers, "InstanceNormalization")


def rms_norm_epsilon():
    """keras.layers.RMSNormalization()"""
    return epsilon_of(lambda x: get(layers.RMSNormalization()(put(x[None]))))


def large_mean_variance():
    """keras.layers.LayerNormalization()"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000)
    y = get(layers.LayerNormalization()(put(x[None])))
    return "kept" if abs(y.std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """keras.ops.normalize"""
    return get(ops.normalize(put([[3e-7, 4e-7]])))[0]


def local_response_norm():
    """keras.ops"""
    raise lacks(ops, "local_response_normalization", "lrn")


def _mean_kept(layer):
    layer.build((None, 1))
    layer.moving_mean.assign([1.0])
    layer(put([[0.0], [0.0]]), training=True)
    return get(layer.moving_mean)[0]


def _operator(x, **options):
    """Over a batch of values of one channel, given their mean and variance."""
    mean, variance = put(x.mean(0)), put(x.var(0))
    return get(ops.batch_normalization(put(x), mean, variance, axis=-1, **options))
