from __future__ import annotations

import keras
from keras import initializers, layers

from zoo.conventions.measuring import law_of
from zoo_keras.conventions import get


def dense_weight_law():
    """keras.layers.Dense(500)"""
    return law_of(get(_dense().kernel))


def dense_weight_std():
    """keras.layers.Dense(500)"""
    return get(_dense().kernel).std()


def dense_bias_law():
    """keras.layers.Dense(500)"""
    return law_of(get(_dense().bias))


def embedding_law():
    """keras.layers.Embedding(1000, 500)"""
    return law_of(_embedding())


def embedding_std():
    """keras.layers.Embedding(1000, 500)"""
    return _embedding().std()


def he_normal_law():
    """keras.initializers.HeNormal()"""
    return law_of(_filled(initializers.HeNormal(seed=0)))


def he_normal_std():
    """keras.initializers.HeNormal()"""
    return _filled(initializers.HeNormal(seed=0)).std()


def glorot_normal_law():
    """keras.initializers.GlorotNormal()"""
    return law_of(_filled(initializers.GlorotNormal(seed=0)))


def truncated_normal_std():
    """keras.initializers.TruncatedNormal(stddev=1)"""
    return _filled(initializers.TruncatedNormal(stddev=1.0, seed=0)).std()


def normal_std():
    """keras.initializers.RandomNormal()"""
    return _filled(initializers.RandomNormal(seed=0)).std()


def uniform_bounds():
    """keras.initializers.RandomUniform()"""
    found = _filled(initializers.RandomUniform(seed=0))
    return [round(float(found.min()), 3), round(float(found.max()), 3)]


def first_number_of_seed_zero():
    """keras.random.uniform((1,), seed=0)"""
    return get(keras.random.uniform((1,), seed=0))[0]


def _dense():
    keras.utils.set_random_seed(0)
    layer = layers.Dense(500)
    layer.build((None, 1000))
    return layer


def _embedding():
    keras.utils.set_random_seed(0)
    layer = layers.Embedding(1000, 500)
    layer.build()
    return get(layer.embeddings)


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    return get(initialise((1000, 500)))
