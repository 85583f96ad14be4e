from __future__ import annotations

import torch

from zoo.conventions.measuring import kept_fraction, trajectory
from zoo_torch.conventions import get, put


def sgd_momentum():
    """torch.optim.SGD(momentum=0.9)"""
    return _two_steps(torch.optim.SGD, momentum=0.9)


def sgd_momentum_changed_rate():
    """torch.optim.SGD(momentum=0.9)"""
    rates = iter([0.1, 0.2])
    return _two_steps(torch.optim.SGD, rates, momentum=0.9)


def nesterov():
    """torch.optim.SGD(momentum=0.9, nesterov=True)"""
    return _two_steps(torch.optim.SGD, momentum=0.9, nesterov=True)


def sgd_weight_decay():
    """torch.optim.SGD(momentum=0.9, weight_decay=0.1)"""
    return _two_steps(torch.optim.SGD, momentum=0.9, weight_decay=0.1)


def adam():
    """torch.optim.Adam(eps=0.5)"""
    return _two_steps(torch.optim.Adam, eps=0.5)


def adam_first_step_of_tiny_gradient():
    """torch.optim.Adam(lr=1.0)"""
    return 1.0 - _step(torch.optim.Adam, 1e-7, lr=1.0)


def adam_weight_decay():
    """torch.optim.Adam(weight_decay=0.1)"""
    return _two_steps(torch.optim.Adam, weight_decay=0.1)


def adamw():
    """torch.optim.AdamW(weight_decay=0.1)"""
    return _two_steps(torch.optim.AdamW, weight_decay=0.1)


def rmsprop():
    """torch.optim.RMSprop(alpha=0.9, eps=0.5)"""
    return _two_steps(torch.optim.RMSprop, alpha=0.9, eps=0.5)


def rmsprop_centred():
    """torch.optim.RMSprop(alpha=0.9, eps=0.5, centered=True)"""
    return _two_steps(torch.optim.RMSprop, alpha=0.9, eps=0.5, centered=True)


def rmsprop_momentum():
    """torch.optim.RMSprop(alpha=0.9, eps=0.5, momentum=0.9)"""
    return _two_steps(torch.optim.RMSprop, alpha=0.9, eps=0.5, momentum=0.9)


def rmsprop_kept_fraction():
    """torch.optim.RMSprop(lr=1.0)"""
    return kept_fraction(1 - _step(torch.optim.RMSprop, 1e4, lr=1.0))


def adagrad():
    """torch.optim.Adagrad(eps=0.5, initial_accumulator_value=0)"""
    return _two_steps(torch.optim.Adagrad, eps=0.5, initial_accumulator_value=0)


def adagrad_defaults():
    """torch.optim.Adagrad()"""
    return _two_steps(torch.optim.Adagrad)


def adadelta():
    """torch.optim.Adadelta()"""
    return _two_steps(torch.optim.Adadelta, iter([1.0, 1.0]))


def adamax():
    """torch.optim.Adamax()"""
    return _two_steps(torch.optim.Adamax)


def nadam():
    """torch.optim.NAdam()"""
    return _two_steps(torch.optim.NAdam)


def clip_by_global_norm():
    """torch.nn.utils.clip_grad_norm_"""
    weight = torch.nn.Parameter(put([0.0, 0.0]))
    weight.grad = put([3e-5, 4e-5])
    torch.nn.utils.clip_grad_norm_([weight], 1e-5)
    return get(weight.grad)[0] / 1e-5


def sgd_learning_rate():
    """torch.optim.SGD()"""
    return 1.0 - _step(torch.optim.SGD, 1.0)


def adam_learning_rate():
    """torch.optim.Adam()"""
    return 1.0 - _step(torch.optim.Adam, 1.0)


def _two_steps(make, rates=None, **options):
    weight = torch.nn.Parameter(put(1.0, torch.float64))
    optimizer = make([weight], lr=0.1, **options)

    def step(gradient):
        if rates is not None:
            optimizer.param_groups[0]["lr"] = next(rates)
        weight.grad = put(gradient, torch.float64)
        optimizer.step()
        return get(weight).copy()

    return trajectory(step)


def _step(make, gradient, **options):
    """A weight of 1 after one step."""
    weight = torch.nn.Parameter(put(1.0, torch.float64))
    weight.grad = put(gradient, torch.float64)
    make([weight], **options).step()
    return weight.item()
