from __future__ import annotations

import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_chainer.conventions import get, put


def batch_norm_running_variance():
    """chainer.links.BatchNormalization(1, decay=0) trained on 1 and 3"""
    layer = L.BatchNormalization(1, decay=0.0)
    layer(put([[1.0], [3.0]]))
    return which(layer.avg_var[0], {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction():
    """chainer.links.BatchNormalization(1) with a running mean of 1, trained on zeros"""
    return _mean_kept(L.BatchNormalization(1))


def batch_norm_momentum_weighs():
    """chainer.links.BatchNormalization(1, decay=0.25) with a running mean of 1, trained on zeros"""
    return which(_mean_kept(L.BatchNormalization(1, decay=0.25)), {"old": 0.25, "new": 0.75})


def batch_norm_epsilon():
    """chainer.links.BatchNormalization(1)"""
    return epsilon_of(lambda x: get(L.BatchNormalization(1)(put(x[:, None]))))


def batch_norm_operator_epsilon():
    """chainer.functions.batch_normalization"""
    return epsilon_of(lambda x: get(F.batch_normalization(put(x[:, None]), put([1.0]), put([0.0]))))


def batch_norm_operator_scale():
    """chainer.functions.batch_normalization(gamma=2)"""
    y = get(F.batch_normalization(put([[-1.0], [1.0]]), put([2.0]), put([0.0])))
    return which(round(float(y[1, 0]), 2), {"used": 2.0, "ignored": 1.0})


def batch_norm_single_value():
    """chainer.links.BatchNormalization(1) on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    layer = L.BatchNormalization(1)
    return outcome(lambda: get(layer(put([[3.0]]))), lambda y: which(y.item(), words))


def layer_norm_epsilon():
    """chainer.links.LayerNormalization(2)"""
    return epsilon_of(lambda x: get(L.LayerNormalization(2)(put(x[None]))))


def layer_norm_operator_epsilon():
    """chainer.functions.layer_normalization"""
    weights = put([1.0, 1.0]), put([0.0, 0.0])
    return epsilon_of(lambda x: get(F.layer_normalization(put(x[None]), *weights)))


def group_norm_epsilon():
    """chainer.links.GroupNormalization(1, 2)"""
    return epsilon_of(lambda x: get(L.GroupNormalization(1, 2)(put(x[None, :, None]))))


def group_norm_scale():
    """chainer.links.GroupNormalization(2, 4).gamma"""
    return which(L.GroupNormalization(2, 4).gamma.size, {"per channel": 4, "per group": 2})


def instance_norm_epsilon():
    """chainer.links"""
    raise lacks(L, "InstanceNormalization")


def rms_norm_epsilon():
    """chainer.links"""
    raise lacks(L, "RMSNormalization")


def large_mean_variance():
    """chainer.links.LayerNormalization(1000)"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000)
    y = get(L.LayerNormalization(1000)(put(x[None])))
    return "kept" if abs(y.std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """chainer.functions.normalize"""
    return get(F.normalize(put([[3e-7, 4e-7]])))[0]


def local_response_norm():
    """chainer.functions.local_response_normalization(n=5, k=1, alpha=1, beta=1)"""
    x = put(np.array([0.0, 0.0, 1.0, 0.0, 0.0]).reshape(1, 5, 1, 1))
    return get(F.local_response_normalization(x, 5, 1.0, 1.0, 1.0))[0, 2, 0, 0]


def _mean_kept(layer):
    layer.avg_mean[...] = 1.0
    layer(put([[0.0], [0.0]]))
    return layer.avg_mean[0]
