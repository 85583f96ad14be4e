from __future__ import annotations

import torch
from torch import nn

from zoo.conventions.measuring import law_of
from zoo_torch.conventions import get


def dense_weight_law():
    """torch.nn.Linear(1000, 500)"""
    return law_of(get(_dense().weight))


def dense_weight_std():
    """torch.nn.Linear(1000, 500)"""
    return get(_dense().weight).std()


def dense_bias_law():
    """torch.nn.Linear(1000, 500)"""
    return law_of(get(_dense().bias))


def embedding_law():
    """torch.nn.Embedding(1000, 500)"""
    return law_of(get(_embedding().weight))


def embedding_std():
    """torch.nn.Embedding(1000, 500)"""
    return get(_embedding().weight).std()


def he_normal_law():
    """torch.nn.init.kaiming_normal_"""
    return law_of(_filled(nn.init.kaiming_normal_))


def he_normal_std():
    """torch.nn.init.kaiming_normal_"""
    return _filled(nn.init.kaiming_normal_).std()


def glorot_normal_law():
    """torch.nn.init.xavier_normal_"""
    return law_of(_filled(nn.init.xavier_normal_))


def truncated_normal_std():
    """torch.nn.init.trunc_normal_"""
    return _filled(nn.init.trunc_normal_).std()


def normal_std():
    """torch.nn.init.normal_"""
    return _filled(nn.init.normal_).std()


def uniform_bounds():
    """torch.nn.init.uniform_"""
    found = _filled(nn.init.uniform_)
    return [round(float(found.min()), 3), round(float(found.max()), 3)]


def first_number_of_seed_zero():
    """torch.manual_seed(0); torch.rand(1)"""
    torch.manual_seed(0)
    return torch.rand(1).item()


def _dense():
    torch.manual_seed(0)
    return nn.Linear(1000, 500)


def _embedding():
    torch.manual_seed(0)
    return nn.Embedding(1000, 500)


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    torch.manual_seed(0)
    return get(initialise(torch.empty(500, 1000)))
