from __future__ import annotations

import keras
from keras import optimizers

from zoo.conventions.measuring import kept_fraction, trajectory
from zoo_keras.conventions import get, put


def sgd_momentum():
    """keras.optimizers.SGD(momentum=0.9)"""
    return _two_steps(optimizers.SGD(0.1, 0.9))


def sgd_momentum_changed_rate():
    """keras.optimizers.SGD(momentum=0.9)"""
    return _two_steps(optimizers.SGD(0.1, 0.9), rates=iter([0.1, 0.2]))


def nesterov():
    """keras.optimizers.SGD(momentum=0.9, nesterov=True)"""
    return _two_steps(optimizers.SGD(0.1, 0.9, nesterov=True))


def sgd_weight_decay():
    """keras.optimizers.SGD(momentum=0.9, weight_decay=0.1)"""
    return _two_steps(optimizers.SGD(0.1, 0.9, weight_decay=0.1))


def adam():
    """keras.optimizers.Adam(epsilon=0.5)"""
    return _two_steps(optimizers.Adam(0.1, epsilon=0.5))


def adam_first_step_of_tiny_gradient():
    """keras.optimizers.Adam(1)"""
    return 1.0 - _step(optimizers.Adam(1.0), 1e-7)


def adam_weight_decay():
    """keras.optimizers.Adam(weight_decay=0.1)"""
    return _two_steps(optimizers.Adam(0.1, weight_decay=0.1))


def adamw():
    """keras.optimizers.AdamW(weight_decay=0.1)"""
    return _two_steps(optimizers.AdamW(0.1, weight_decay=0.1))


def rmsprop():
    """keras.optimizers.RMSprop(rho=0.9, epsilon=0.5)"""
    return _two_steps(optimizers.RMSprop(0.1, rho=0.9, epsilon=0.5))


def rmsprop_centred():
    """keras.optimizers.RMSprop(rho=0.9, epsilon=0.5, centered=True)"""
    return _two_steps(optimizers.RMSprop(0.1, rho=0.9, epsilon=0.5, centered=True))


def rmsprop_momentum():
    """keras.optimizers.RMSprop(rho=0.9, epsilon=0.5, momentum=0.9)"""
    return _two_steps(optimizers.RMSprop(0.1, rho=0.9, epsilon=0.5, momentum=0.9))


def rmsprop_kept_fraction():
    """keras.optimizers.RMSprop(1)"""
    return kept_fraction(1.0 - _step(optimizers.RMSprop(1.0), 1e4))


def adagrad():
    """keras.optimizers.Adagrad(epsilon=0.5, initial_accumulator_value=0)"""
    return _two_steps(optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.5))


def adagrad_defaults():
    """keras.optimizers.Adagrad()"""
    return _two_steps(optimizers.Adagrad(0.1))


def adadelta():
    """keras.optimizers.Adadelta(1)"""
    return _two_steps(optimizers.Adadelta(1.0))


def adamax():
    """keras.optimizers.Adamax()"""
    return _two_steps(optimizers.Adamax(0.1))


def nadam():
    """keras.optimizers.Nadam()"""
    return _two_steps(optimizers.Nadam(0.1))


def clip_by_global_norm():
    """keras.optimizers.SGD(1, global_clipnorm=1e-5)"""
    weight = keras.Variable([0.0, 0.0], dtype="float32")
    optimizers.SGD(1.0, global_clipnorm=1e-5).apply([put([3e-5, 4e-5])], [weight])
    return -get(weight)[0] / 1e-5


def sgd_learning_rate():
    """keras.optimizers.SGD()"""
    return 1.0 - _step(optimizers.SGD(), 1.0)


def adam_learning_rate():
    """keras.optimizers.Adam()"""
    return 1.0 - _step(optimizers.Adam(), 1.0)


def _two_steps(optimizer, rates=None):
    weight = keras.Variable(1.0, dtype="float32")

    def step(gradient):
        if rates is not None:
            optimizer.learning_rate = next(rates)
        optimizer.apply([put(gradient)], [weight])
        return get(weight).copy()

    return trajectory(step)


def _step(optimizer, gradient):
    """A weight of 1 after one step."""
    weight = keras.Variable(1.0, dtype="float32")
    optimizer.apply([put(gradient)], [weight])
    return float(get(weight))
