from __future__ import annotations

import chainer.links as L
import numpy as np
from chainer import initializers

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import law_of
from zoo_chainer.conventions import get


def dense_weight_law():
    """chainer.links.Linear(1000, 500)"""
    return law_of(get(_dense().W))


def dense_weight_std():
    """chainer.links.Linear(1000, 500)"""
    return get(_dense().W).std()


def dense_bias_law():
    """chainer.links.Linear(1000, 500)"""
    return law_of(get(_dense().b))


def embedding_law():
    """chainer.links.EmbedID(1000, 500)"""
    return law_of(get(_embedding().W))


def embedding_std():
    """chainer.links.EmbedID(1000, 500)"""
    return get(_embedding().W).std()


def he_normal_law():
    """chainer.initializers.HeNormal()"""
    return law_of(_filled(initializers.HeNormal()))


def he_normal_std():
    """chainer.initializers.HeNormal()"""
    return _filled(initializers.HeNormal()).std()


def glorot_normal_law():
    """chainer.initializers.GlorotNormal()"""
    return law_of(_filled(initializers.GlorotNormal()))


def truncated_normal_std():
    """chainer.initializers"""
    raise lacks(initializers, "TruncatedNormal")


def normal_std():
    """chainer.initializers.Normal()"""
    return _filled(initializers.Normal()).std()


def uniform_bounds():
    """chainer.initializers.Uniform()"""
    found = _filled(initializers.Uniform())
    return [round(float(found.min()), 3), round(float(found.max()), 3)]


def first_number_of_seed_zero():
    """numpy.random.seed(0); numpy.random.uniform()"""
    np.random.seed(0)
    return np.random.uniform()


def _dense():
    np.random.seed(0)
    return L.Linear(1000, 500)


def _embedding():
    np.random.seed(0)
    return L.EmbedID(1000, 500)


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    np.random.seed(0)
    return initializers.generate_array(initialise, (500, 1000), np, "float32")
