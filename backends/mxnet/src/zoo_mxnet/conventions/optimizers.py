from __future__ import annotations

import mxnet as mx
from mxnet import optimizer

from zoo.conventions.asking import lacks, takes_no
from zoo.conventions.measuring import kept_fraction, trajectory
from zoo_mxnet.conventions import get, number, put


def sgd_momentum():
    """mx.optimizer.SGD(momentum=0.9)"""
    return _two_steps(optimizer.SGD, momentum=0.9)


def sgd_momentum_changed_rate():
    """mx.optimizer.SGD(momentum=0.9)"""
    return _two_steps(optimizer.SGD, iter([0.1, 0.2]), momentum=0.9)


def nesterov():
    """mx.optimizer.NAG(momentum=0.9)"""
    return _two_steps(optimizer.NAG, momentum=0.9)


def sgd_weight_decay():
    """mx.optimizer.SGD(momentum=0.9, wd=0.1)"""
    return _two_steps(optimizer.SGD, momentum=0.9, wd=0.1)


def adam():
    """mx.optimizer.Adam(epsilon=0.5)"""
    return _two_steps(optimizer.Adam, epsilon=0.5)


def adam_first_step_of_tiny_gradient():
    """mx.optimizer.Adam(learning_rate=1)"""
    return 1.0 - _step(optimizer.Adam(learning_rate=1.0), 1e-7)


def adam_weight_decay():
    """mx.optimizer.Adam(wd=0.1)"""
    return _two_steps(optimizer.Adam, wd=0.1)


def adamw():
    """mx.optimizer"""
    raise lacks(optimizer, "AdamW")


def rmsprop():
    """mx.optimizer.RMSProp(gamma1=0.9, epsilon=0.5)"""
    return _two_steps(optimizer.RMSProp, gamma1=0.9, epsilon=0.5)


def rmsprop_centred():
    """mx.optimizer.RMSProp(gamma1=0.9, epsilon=0.5, centered=True)"""
    return _two_steps(optimizer.RMSProp, gamma1=0.9, epsilon=0.5, centered=True)


def rmsprop_momentum():
    """mx.optimizer.RMSProp"""
    raise takes_no(optimizer.RMSProp.__init__, "momentum")


def rmsprop_kept_fraction():
    """mx.optimizer.RMSProp(learning_rate=1)"""
    return kept_fraction(1.0 - _step(optimizer.RMSProp(learning_rate=1.0), 1e4))


def adagrad():
    """mx.optimizer.AdaGrad(eps=0.5)"""
    return _two_steps(optimizer.AdaGrad, eps=0.5)


def adagrad_defaults():
    """mx.optimizer.AdaGrad()"""
    return _two_steps(optimizer.AdaGrad)


def adadelta():
    """mx.optimizer.AdaDelta()"""
    return _two_steps(optimizer.AdaDelta, iter([1.0, 1.0]))


def adamax():
    """mx.optimizer.Adamax()"""
    return _two_steps(optimizer.Adamax)


def nadam():
    """mx.optimizer.Nadam()"""
    return _two_steps(optimizer.Nadam)


def clip_by_global_norm():
    """mx.gluon.utils.clip_global_norm"""
    gradient = put([3e-5, 4e-5])
    mx.gluon.utils.clip_global_norm([gradient], 1e-5)
    return get(gradient)[0] / 1e-5


def sgd_learning_rate():
    """mx.optimizer.SGD()"""
    return 1.0 - _step(optimizer.SGD(), 1.0)


def adam_learning_rate():
    """mx.optimizer.Adam()"""
    return 1.0 - _step(optimizer.Adam(), 1.0)


def _two_steps(make, rates=None, **options):
    weight, made = put(1.0), make(learning_rate=0.1, **options)
    state = made.create_state(0, weight)

    def step(gradient):
        if rates is not None:
            made.set_learning_rate(next(rates))
        made.update(0, weight, put(gradient), state)
        return get(weight)

    return trajectory(step)


def _step(made, gradient):
    """A weight of 1 after one step."""
    weight = put(1.0)
    made.update(0, weight, put(gradient), made.create_state(0, weight))
    return number(weight)
