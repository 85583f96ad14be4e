from __future__ import annotations

import math

import chainer.functions as F
import chainer.links as L
import numpy as np

from zoo.conventions import measuring
from zoo.conventions.asking import find, lacks
from zoo_chainer.conventions import get, put


def gelu_form():
    """chainer.links"""
    raise lacks(L, "GELU")


def gelu_operator_form():
    """chainer.functions"""
    gelu = find(F, "gelu")
    return measuring.gelu_form(lambda x: get(gelu(put(x))))


def leaky_relu_slope():
    """chainer.links"""
    raise lacks(L, "LeakyReLU")


def leaky_relu_operator_slope():
    """chainer.functions.leaky_relu"""
    return -get(F.leaky_relu(put(-1.0)))


def prelu_initial_slope():
    """chainer.links.PReLU()"""
    return -get(L.PReLU()(put([[-1.0]])))[0, 0]


def elu_at_minus_one():
    """chainer.links"""
    raise lacks(L, "ELU")


def elu_operator_at_minus_one():
    """chainer.functions.elu"""
    return get(F.elu(put(-1.0)))


def selu_at_one():
    """chainer.functions.selu"""
    return get(F.selu(put(1.0)))


def swish_at_one():
    """chainer.links.Swish((1,))"""
    return get(L.Swish((1,))(put([[1.0]])))[0, 0]


def hard_sigmoid_at_one():
    """chainer.functions.hard_sigmoid"""
    return get(F.hard_sigmoid(put(1.0)))


def hard_swish_at_one():
    """chainer.functions"""
    return get(find(F, "hard_swish")(put(1.0)))


def softplus_excess():
    """chainer.functions.softplus"""
    return get(F.softplus(put(20.5, "float64"))) - 20.5


def softmax_axis():
    """chainer.functions.softmax"""
    return measuring.softmax_axis(lambda x: get(F.softmax(put(x))))


def log_softmax_far():
    """chainer.functions.log_softmax"""
    return get(F.log_softmax(put([[0.0, 1000.0]])))[0, 0]


def logsumexp_of_minus_infinities():
    """chainer.functions.logsumexp"""
    with np.errstate(all="ignore"):
        return get(F.logsumexp(put([-math.inf, -math.inf])))
