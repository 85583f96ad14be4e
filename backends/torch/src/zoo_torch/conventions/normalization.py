from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from zoo.conventions.measuring import epsilon_of, outcome, which
from zoo_torch.conventions import get, put


def batch_norm_running_variance():
    """torch.nn.BatchNorm1d(1, momentum=1.0) trained on 1 and 3"""
    layer = nn.BatchNorm1d(1, momentum=1.0)
    layer(put([[1.0], [3.0]]))
    return which(layer.running_var.item(), {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction():
    """torch.nn.BatchNorm1d(1) with a running mean of 1, trained on zeros"""
    layer = nn.BatchNorm1d(1)
    layer.running_mean.fill_(1.0)
    layer(put([[0.0], [0.0]]))
    return layer.running_mean.item()


def batch_norm_momentum_weighs():
    """torch.nn.BatchNorm1d(1, momentum=0.25) with a running mean of 1, trained on zeros"""
    layer = nn.BatchNorm1d(1, momentum=0.25)
    layer.running_mean.fill_(1.0)
    layer(put([[0.0], [0.0]]))
    return which(layer.running_mean.item(), {"old": 0.25, "new": 0.75})


def batch_norm_epsilon():
    """torch.nn.BatchNorm1d(1)"""
    return epsilon_of(lambda x: get(nn.BatchNorm1d(1)(put(x)[:, None])))


def batch_norm_operator_epsilon():
    """torch.nn.functional.batch_norm(x, None, None, training=True)"""
    return epsilon_of(lambda x: get(F.batch_norm(put(x)[:, None], None, None, training=True)))


def batch_norm_operator_scale():
    """torch.nn.functional.batch_norm(x, None, None, weight=2, training=True)"""
    x, weight = put([[-1.0], [1.0]]), put([2.0])
    y = F.batch_norm(x, None, None, weight, training=True)
    return which(round(y[1].item(), 2), {"used": 2.0, "ignored": 1.0})


def batch_norm_single_value():
    """torch.nn.BatchNorm1d(1) on one example"""
    words = {"zero": 0.0, "nan": np.nan}
    return outcome(lambda: get(nn.BatchNorm1d(1)(put([[3.0]]))), lambda y: which(y.item(), words))


def layer_norm_epsilon():
    """torch.nn.LayerNorm(2)"""
    return epsilon_of(lambda x: get(nn.LayerNorm(2)(put(x)[None])))


def layer_norm_operator_epsilon():
    """torch.nn.functional.layer_norm(x, (2,))"""
    return epsilon_of(lambda x: get(F.layer_norm(put(x)[None], (2,))))


def group_norm_epsilon():
    """torch.nn.GroupNorm(1, 2)"""
    return epsilon_of(lambda x: get(nn.GroupNorm(1, 2)(put(x)[None])))


def group_norm_scale():
    """torch.nn.GroupNorm(2, 4).weight"""
    return which(nn.GroupNorm(2, 4).weight.numel(), {"per channel": 4, "per group": 2})


def instance_norm_epsilon():
    """torch.nn.InstanceNorm1d(1)"""
    return epsilon_of(lambda x: get(nn.InstanceNorm1d(1)(put(x)[None, None])))


def rms_norm_epsilon():
    """torch.nn.RMSNorm(2)"""
    return epsilon_of(lambda x: get(nn.RMSNorm(2)(put(x)[None])))


def large_mean_variance():
    """torch.nn.LayerNorm(1000)"""
    x = np.random.default_rng(0).normal(1e4, 1.0, 1000).astype(np.float32)
    y = get(nn.LayerNorm(1000)(put(x)[None]))
    return "kept" if abs(y.std() - 1) < 1e-3 else "lost"


def l2_normalize_tiny_vector():
    """torch.nn.functional.normalize(x, dim=0)"""
    return get(F.normalize(put([3e-7, 4e-7]), dim=0))


def local_response_norm():
    """torch.nn.functional.local_response_norm(x, 5, alpha=1.0, beta=1.0, k=1.0)"""
    x = torch.zeros(1, 5, 1)
    x[0, 2] = 1.0
    return F.local_response_norm(x, 5, alpha=1.0, beta=1.0, k=1.0)[0, 2].item()
