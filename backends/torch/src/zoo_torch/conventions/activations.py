from __future__ import annotations

import warnings

import torch
import torch.nn.functional as F
from torch import nn

from zoo.conventions import measuring
from zoo_torch.conventions import get, put


def gelu_form():
    """torch.nn.GELU()"""
    return measuring.gelu_form(lambda x: get(nn.GELU()(put(x))))


def gelu_operator_form():
    """torch.nn.functional.gelu"""
    return measuring.gelu_form(lambda x: get(F.gelu(put(x))))


def leaky_relu_slope():
    """torch.nn.LeakyReLU()"""
    return -nn.LeakyReLU()(put(-1.0)).item()


def leaky_relu_operator_slope():
    """torch.nn.functional.leaky_relu"""
    return -F.leaky_relu(put(-1.0)).item()


def prelu_initial_slope():
    """torch.nn.PReLU()"""
    return -nn.PReLU()(put([-1.0])).item()


def elu_at_minus_one():
    """torch.nn.ELU()"""
    return nn.ELU()(put(-1.0)).item()


def elu_operator_at_minus_one():
    """torch.nn.functional.elu"""
    return F.elu(put(-1.0)).item()


def selu_at_one():
    """torch.nn.functional.selu"""
    return F.selu(put(1.0)).item()


def swish_at_one():
    """torch.nn.functional.silu"""
    return F.silu(put(1.0)).item()


def hard_sigmoid_at_one():
    """torch.nn.functional.hardsigmoid"""
    return F.hardsigmoid(put(1.0)).item()


def hard_swish_at_one():
    """torch.nn.functional.hardswish"""
    return F.hardswish(put(1.0)).item()


def softplus_excess():
    """torch.nn.functional.softplus"""
    return F.softplus(put(20.5, torch.float64)).item() - 20.5


def softmax_axis():
    """torch.nn.functional.softmax without dim, which warns"""

    def softmax(x):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return get(F.softmax(put(x)))

    return measuring.softmax_axis(softmax)


def log_softmax_far():
    """torch.nn.functional.log_softmax"""
    return get(F.log_softmax(put([0.0, 1000.0]), dim=0))[0]


def logsumexp_of_minus_infinities():
    """torch.logsumexp"""
    return torch.logsumexp(put([-torch.inf, -torch.inf]), dim=0).item()
