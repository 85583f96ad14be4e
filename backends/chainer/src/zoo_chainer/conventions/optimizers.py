from __future__ import annotations

import chainer
import numpy as np
from chainer import optimizers
from chainer.optimizer_hooks import GradientClipping, WeightDecay

from zoo.conventions.asking import lacks, takes_no
from zoo.conventions.measuring import kept_fraction, trajectory


def sgd_momentum():
    """chainer.optimizers.MomentumSGD(momentum=0.9)"""
    return _two_steps(optimizers.MomentumSGD(0.1, 0.9))


def sgd_momentum_changed_rate():
    """chainer.optimizers.MomentumSGD(momentum=0.9)"""
    return _two_steps(optimizers.MomentumSGD(0.1, 0.9), rates=iter([0.1, 0.2]))


def nesterov():
    """chainer.optimizers.NesterovAG(momentum=0.9)"""
    return _two_steps(optimizers.NesterovAG(0.1, 0.9))


def sgd_weight_decay():
    """chainer.optimizers.MomentumSGD(momentum=0.9) with the hook WeightDecay(0.1)"""
    return _two_steps(optimizers.MomentumSGD(0.1, 0.9), WeightDecay(0.1))


def adam():
    """chainer.optimizers.Adam(eps=0.5)"""
    return _two_steps(optimizers.Adam(0.1, eps=0.5))


def adam_first_step_of_tiny_gradient():
    """chainer.optimizers.Adam(1)"""
    return 1.0 - _step(optimizers.Adam(1.0), 1e-7)


def adam_weight_decay():
    """chainer.optimizers.Adam() with the hook WeightDecay(0.1)"""
    return _two_steps(optimizers.Adam(0.1), WeightDecay(0.1))


def adamw():
    """chainer.optimizers.AdamW(weight_decay_rate=0.1)"""
    return _two_steps(optimizers.AdamW(0.1, weight_decay_rate=0.1))


def rmsprop():
    """chainer.optimizers.RMSprop(alpha=0.9, eps=0.5)"""
    return _two_steps(optimizers.RMSprop(0.1, alpha=0.9, eps=0.5))


def rmsprop_centred():
    """chainer.optimizers.RMSpropGraves(alpha=0.9, eps=0.5)"""
    return _two_steps(optimizers.RMSpropGraves(0.1, alpha=0.9, eps=0.5))


def rmsprop_momentum():
    """chainer.optimizers.RMSprop"""
    raise takes_no(optimizers.RMSprop.__init__, "momentum")


def rmsprop_kept_fraction():
    """chainer.optimizers.RMSprop(1)"""
    return kept_fraction(1.0 - _step(optimizers.RMSprop(1.0), 1e4))


def adagrad():
    """chainer.optimizers.AdaGrad(eps=0.5)"""
    return _two_steps(optimizers.AdaGrad(0.1, eps=0.5))


def adagrad_defaults():
    """chainer.optimizers.AdaGrad()"""
    return _two_steps(optimizers.AdaGrad(0.1))


def adadelta():
    """chainer.optimizers.AdaDelta()"""
    return _two_steps(optimizers.AdaDelta())


def adamax():
    """chainer.optimizers"""
    raise lacks(optimizers, "AdaMax", "Adamax")


def nadam():
    """chainer.optimizers"""
    raise lacks(optimizers, "NAdam", "Nadam")


def clip_by_global_norm():
    """chainer.optimizer_hooks.GradientClipping"""
    weight = chainer.Parameter(np.zeros(2))
    optimizer = _set_up(optimizers.SGD(1.0), weight, GradientClipping(1e-5))
    weight.grad = np.array([3e-5, 4e-5])
    optimizer.update()
    return -weight.array[0] / 1e-5


def sgd_learning_rate():
    """chainer.optimizers.SGD()"""
    return 1.0 - _step(optimizers.SGD(), 1.0)


def adam_learning_rate():
    """chainer.optimizers.Adam()"""
    return 1.0 - _step(optimizers.Adam(), 1.0)


def _set_up(optimizer, weight, *hooks):
    link = chainer.Link()
    with link.init_scope():
        link.weight = weight
    optimizer.setup(link)
    for hook in hooks:
        optimizer.add_hook(hook)
    return optimizer


def _two_steps(optimizer, *hooks, rates=None):
    weight = chainer.Parameter(np.array(1.0))
    _set_up(optimizer, weight, *hooks)

    def step(gradient):
        if rates is not None:
            optimizer.lr = next(rates)
        weight.grad = np.array(gradient)
        optimizer.update()
        return weight.array.copy()

    return trajectory(step)


def _step(optimizer, gradient):
    """A weight of 1 after one step."""
    weight = chainer.Parameter(np.array(1.0))
    _set_up(optimizer, weight)
    weight.grad = np.array(gradient)
    optimizer.update()
    return weight.array.item()
