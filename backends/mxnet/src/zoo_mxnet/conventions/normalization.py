from __future__ import annotations

import mxnet as mx
import numpy as np
from mxnet import autograd
from mxnet.gluon import nn

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_mxnet.conventions import get, put, trained


def batch_norm_running_variance():
    """mx.gluon.nn.BatchNorm(momentum=0) trained on 1 and 3"""
    layer = _made(nn.BatchNorm(momentum=0.0, in_channels=1))
    trained(layer, put([[1.0], [3.0]]))
    return which(get(layer.running_var.data())[0], {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction():
    """mx.gluon.nn.BatchNorm() with a running mean of 1, trained on zeros"""
    return _mean_kept(nn.BatchNorm(in_channels=1))


def batch_norm_momentum_weighs():
    """mx.gluon.nn.BatchNorm(momentum=0.25) with a running mean of 1, trained on zeros"""
    kept = _mean_kept(nn.BatchNorm(momentum=0.25, in_channels=1))
    return which(kept, {"old": 0.25, "new": 0.75})


def batch_norm_epsilon():
    """mx.gluon.nn.BatchNorm()"""
    layer = _made(nn.BatchNorm(in_channels=1))
    return epsilon_of(lambda x: get(trained(layer, put(x[:, None]))))


def batch_norm_operator_epsilon():
    """mx.nd.BatchNorm"""
    return epsilon_of(lambda x: get(_operator(x)))


def batch_norm_operator_scale():
    """mx.nd.BatchNorm(gamma=2)"""
    y = get(_operator([-1.0, 1.0], scale=2.0))
    return which(round(float(y[1, 0]), 2), {"used": 2.0, "ignored": 1.0})


def batch_norm_single_value():
    """mx.gluon.nn.BatchNorm() on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    layer = _made(nn.BatchNorm(in_channels=1))
    return outcome(lambda: get(trained(layer, put([[3.0]]))), lambda y: which(y.item(), words))


def layer_norm_epsilon():
    """mx.gluon.nn.LayerNorm()"""
    layer = _made(nn.LayerNorm(in_channels=2))
    return epsilon_of(lambda x: get(layer(put(x[None]))))


def layer_norm_operator_epsilon():
    """mx.nd.LayerNorm"""
    return epsilon_of(lambda x: get(mx.nd.LayerNorm(put(x[None]), mx.nd.ones(2), mx.nd.zeros(2))))


def group_norm_epsilon():
    """mx.gluon.nn.GroupNorm(1)"""
    layer = _made(nn.GroupNorm(1))
    return epsilon_of(lambda x: get(layer(put(x[None, :, None]))))


def group_norm_scale():
    """mx.gluon.nn.GroupNorm(2).gamma after 4 channels"""
    layer = _made(nn.GroupNorm(2))
    layer(mx.nd.ones((1, 4, 3)))
    return which(layer.gamma.data().size, {"per channel": 4, "per group": 2})


def instance_norm_epsilon():
    """mx.gluon.nn.InstanceNorm()"""
    layer = _made(nn.InstanceNorm(in_channels=1))
    return epsilon_of(lambda x: get(layer(put(x[None, None]))))


def rms_norm_epsilon():
    """mx.gluon.nn"""
    raise lacks(nn, "RMSNorm")


def large_mean_variance():
    """mx.gluon.nn.LayerNorm()"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000)
    y = get(_made(nn.LayerNorm(in_channels=1000))(put(x[None])))
    return "kept" if abs(y.std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """mx.nd.L2Normalization"""
    return get(mx.nd.L2Normalization(put([[3e-7, 4e-7]])))[0]


def local_response_norm():
    """mx.nd.LRN(nsize=5, alpha=1, beta=1, knorm=1)"""
    x = put(np.array([0.0, 0.0, 1.0, 0.0, 0.0]).reshape(1, 5, 1, 1))
    return get(mx.nd.LRN(x, nsize=5, alpha=1.0, beta=1.0, knorm=1.0))[0, 2, 0, 0]


def _made(layer):
    layer.initialize()
    return layer


def _mean_kept(layer):
    _made(layer).running_mean.set_data(put([1.0]))
    trained(layer, put([[0.0], [0.0]]))
    return get(layer.running_mean.data())[0]


def _operator(values, scale=1.0):
    """In training, over a batch of values of one channel."""
    states = [put([each]) for each in (scale, 0.0, 0.0, 1.0)]
    with autograd.train_mode():
        return mx.nd.BatchNorm(put(np.reshape(values, (-1, 1))), *states)
