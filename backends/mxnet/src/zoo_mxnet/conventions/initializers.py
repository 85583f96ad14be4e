from __future__ import annotations

import mxnet as mx
from mxnet.gluon import nn

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import law_of
from zoo_mxnet.conventions import get


def dense_weight_law():
    """mx.gluon.nn.Dense(500, in_units=1000)"""
    return law_of(get(_dense().weight.data()))


def dense_weight_std():
    """mx.gluon.nn.Dense(500, in_units=1000)"""
    return get(_dense().weight.data()).std()


def dense_bias_law():
    """mx.gluon.nn.Dense(500, in_units=1000)"""
    return law_of(get(_dense().bias.data()))


def embedding_law():
    """mx.gluon.nn.Embedding(1000, 500)"""
    return law_of(get(_embedding().weight.data()))


def embedding_std():
    """mx.gluon.nn.Embedding(1000, 500)"""
    return get(_embedding().weight.data()).std()


def he_normal_law():
    """mx.init.MSRAPrelu()"""
    return law_of(_filled(mx.init.MSRAPrelu()))


def he_normal_std():
    """mx.init.MSRAPrelu()"""
    return _filled(mx.init.MSRAPrelu()).std()


def glorot_normal_law():
    """mx.init.Xavier(rnd_type="gaussian")"""
    return law_of(_filled(mx.init.Xavier(rnd_type="gaussian")))


def truncated_normal_std():
    """mx.init"""
    raise lacks(mx.init, "TruncatedNormal", "TruncNorm")


def normal_std():
    """mx.init.Normal()"""
    return _filled(mx.init.Normal()).std()


def uniform_bounds():
    """mx.init.Uniform()"""
    found = _filled(mx.init.Uniform())
    return [round(float(found.min()), 3), round(float(found.max()), 3)]


def first_number_of_seed_zero():
    """mx.random.seed(0); mx.nd.random.uniform()"""
    mx.random.seed(0)
    return get(mx.nd.random.uniform()).item()


def _dense():
    return _initialised(nn.Dense(500, in_units=1000))


def _embedding():
    return _initialised(nn.Embedding(1000, 500))


def _initialised(layer):
    mx.random.seed(0)
    layer.initialize()
    return layer


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    mx.random.seed(0)
    weight = mx.nd.zeros((500, 1000))
    initialise(mx.init.InitDesc("weight"), weight)
    return get(weight)
