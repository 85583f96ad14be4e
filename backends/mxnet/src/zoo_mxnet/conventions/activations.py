from __future__ import annotations

import mxnet as mx
from mxnet.gluon import nn

from zoo.conventions import measuring
from zoo.conventions.asking import lacks, obliges
from zoo_mxnet.conventions import get, number, put


def gelu_form():
    """mx.gluon.nn.GELU()"""
    return measuring.gelu_form(lambda x: get(nn.GELU()(put(x))))


def gelu_operator_form():
    """mx.nd.LeakyReLU(act_type="gelu")"""
    return measuring.gelu_form(lambda x: get(mx.nd.LeakyReLU(put(x), act_type="gelu")))


def leaky_relu_slope():
    """mx.gluon.nn.LeakyReLU"""
    raise obliges(nn.LeakyReLU.__init__, "alpha")


def leaky_relu_operator_slope():
    """mx.nd.LeakyReLU"""
    return -number(mx.nd.LeakyReLU(put(-1.0)))


def prelu_initial_slope():
    """mx.gluon.nn.PReLU()"""
    layer = nn.PReLU()
    layer.initialize()
    return -number(layer(put([[-1.0]])))


def elu_at_minus_one():
    """mx.gluon.nn.ELU()"""
    return number(nn.ELU()(put(-1.0)))


def elu_operator_at_minus_one():
    """mx.nd.LeakyReLU(act_type="elu")"""
    return number(mx.nd.LeakyReLU(put(-1.0), act_type="elu"))


def selu_at_one():
    """mx.gluon.nn.SELU()"""
    return number(nn.SELU()(put(1.0)))


def swish_at_one():
    """mx.gluon.nn.Swish()"""
    return number(nn.Swish()(put(1.0)))


def hard_sigmoid_at_one():
    """mx.nd.hard_sigmoid"""
    return number(mx.nd.hard_sigmoid(put(1.0)))


def hard_swish_at_one():
    """mx.gluon.nn"""
    raise lacks(nn, "HardSwish")


def softplus_excess():
    """mx.nd.Activation(act_type="softrelu")"""
    return number(mx.nd.Activation(put(20.5, "float64"), act_type="softrelu")) - 20.5


def softmax_axis():
    """mx.nd.softmax"""
    return measuring.softmax_axis(lambda x: get(mx.nd.softmax(put(x))))


def log_softmax_far():
    """mx.nd.log_softmax"""
    return get(mx.nd.log_softmax(put([0.0, 1000.0])))[0]


def logsumexp_of_minus_infinities():
    """mx.nd"""
    raise lacks(mx.nd, "logsumexp", "log_sum_exp")
