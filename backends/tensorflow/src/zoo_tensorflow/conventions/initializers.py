from __future__ import annotations

import tensorflow as tf

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import law_of
from zoo_tensorflow.conventions import get

initializers = tf.compat.v1.initializers


def dense_weight_law():
    """tf.compat.v1.get_variable("weight", (1000, 500))"""
    return law_of(_variable())


def dense_weight_std():
    """tf.compat.v1.get_variable("weight", (1000, 500))"""
    return _variable().std()


def dense_bias_law():
    """tf.nn"""
    raise lacks(tf.nn, "dense", "Dense")


def embedding_law():
    """tf.nn"""
    raise lacks(tf.nn, "Embedding")


def embedding_std():
    """tf.nn"""
    raise lacks(tf.nn, "Embedding")


def he_normal_law():
    """tf.compat.v1.initializers.he_normal"""
    return law_of(_filled(initializers.he_normal(0)))


def he_normal_std():
    """tf.compat.v1.initializers.he_normal"""
    return _filled(initializers.he_normal(0)).std()


def glorot_normal_law():
    """tf.compat.v1.initializers.glorot_normal"""
    return law_of(_filled(initializers.glorot_normal(0)))


def truncated_normal_std():
    """tf.compat.v1.initializers.truncated_normal(stddev=1)"""
    return _filled(initializers.truncated_normal(stddev=1.0, seed=0)).std()


def normal_std():
    """tf.random_normal_initializer()"""
    return _filled(tf.random_normal_initializer(seed=0)).std()


def uniform_bounds():
    """tf.random_uniform_initializer()"""
    found = _filled(tf.random_uniform_initializer(seed=0))
    return [round(float(found.min()), 3), round(float(found.max()), 3)]


def first_number_of_seed_zero():
    """tf.random.set_seed(0); tf.random.uniform((1,))"""
    tf.random.set_seed(0)
    return get(tf.random.uniform((1,)))[0]


def _filled(initialise):
    """A weight of 1000 inputs and 500 outputs."""
    return get(initialise((1000, 500)))


def _variable():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.set_random_seed(0)
        variable = tf.compat.v1.get_variable("weight", (1000, 500))
        session.run(variable.initializer)
        return session.run(variable)
