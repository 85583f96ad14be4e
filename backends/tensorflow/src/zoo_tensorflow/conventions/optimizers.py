from __future__ import annotations

import tensorflow as tf

from zoo.conventions.asking import lacks, obliges, takes_no
from zoo.conventions.measuring import kept_fraction, trajectory
from zoo_tensorflow.conventions import get, put

train = tf.compat.v1.train


def sgd_momentum():
    """tf.compat.v1.train.MomentumOptimizer"""
    return _two_steps(train.MomentumOptimizer(0.1, 0.9))


def sgd_momentum_changed_rate():
    """tf.compat.v1.train.MomentumOptimizer"""
    rates = iter([0.1, 0.2])
    return _two_steps(train.MomentumOptimizer(lambda: next(rates), 0.9))


def nesterov():
    """tf.compat.v1.train.MomentumOptimizer(use_nesterov=True)"""
    return _two_steps(train.MomentumOptimizer(0.1, 0.9, use_nesterov=True))


def sgd_weight_decay():
    """tf.compat.v1.train.MomentumOptimizer"""
    raise takes_no(train.MomentumOptimizer.__init__, "weight_decay")


def adam():
    """tf.compat.v1.train.AdamOptimizer(epsilon=0.5)"""
    return _two_steps(train.AdamOptimizer(0.1, epsilon=0.5))


def adam_first_step_of_tiny_gradient():
    """tf.compat.v1.train.AdamOptimizer(1)"""
    return 1.0 - _step(train.AdamOptimizer(1.0), 1e-7)


def adam_weight_decay():
    """tf.compat.v1.train.AdamOptimizer"""
    raise takes_no(train.AdamOptimizer.__init__, "weight_decay")


def adamw():
    """tf.compat.v1.train"""
    raise lacks(train, "AdamWOptimizer")


def rmsprop():
    """tf.compat.v1.train.RMSPropOptimizer(decay=0.9, epsilon=0.5)"""
    return _two_steps(train.RMSPropOptimizer(0.1, decay=0.9, epsilon=0.5))


def rmsprop_centred():
    """tf.compat.v1.train.RMSPropOptimizer(decay=0.9, epsilon=0.5, centered=True)"""
    return _two_steps(train.RMSPropOptimizer(0.1, decay=0.9, epsilon=0.5, centered=True))


def rmsprop_momentum():
    """tf.compat.v1.train.RMSPropOptimizer(decay=0.9, epsilon=0.5, momentum=0.9)"""
    return _two_steps(train.RMSPropOptimizer(0.1, decay=0.9, epsilon=0.5, momentum=0.9))


def rmsprop_kept_fraction():
    """tf.compat.v1.train.RMSPropOptimizer(1)"""
    return kept_fraction(1.0 - _step(train.RMSPropOptimizer(1.0), 1e4))


def adagrad():
    """tf.compat.v1.train.AdagradOptimizer"""
    raise takes_no(train.AdagradOptimizer.__init__, "epsilon")


def adagrad_defaults():
    """tf.compat.v1.train.AdagradOptimizer"""
    return _two_steps(train.AdagradOptimizer(0.1))


def adadelta():
    """tf.compat.v1.train.AdadeltaOptimizer(1)"""
    return _two_steps(train.AdadeltaOptimizer(1.0))


def adamax():
    """tf.compat.v1.train"""
    raise lacks(train, "AdamaxOptimizer")


def nadam():
    """tf.compat.v1.train"""
    raise lacks(train, "NadamOptimizer")


def clip_by_global_norm():
    """tf.clip_by_global_norm"""
    clipped, _norm = tf.clip_by_global_norm([put([3e-5, 4e-5])], 1e-5)
    return get(clipped[0])[0] / 1e-5


def sgd_learning_rate():
    """tf.compat.v1.train.GradientDescentOptimizer"""
    raise obliges(train.GradientDescentOptimizer.__init__, "learning_rate")


def adam_learning_rate():
    """tf.compat.v1.train.AdamOptimizer()"""
    return 1.0 - _step(train.AdamOptimizer(), 1.0)


def _two_steps(optimizer):
    weight = tf.Variable(1.0, dtype=tf.float64)

    def step(gradient):
        optimizer.apply_gradients([(put(gradient, tf.float64), weight)])
        return get(weight).copy()

    return trajectory(step)


def _step(optimizer, gradient):
    """A weight of 1 after one step."""
    weight = tf.Variable(1.0, dtype=tf.float64)
    optimizer.apply_gradients([(put(gradient, tf.float64), weight)])
    return get(weight)
