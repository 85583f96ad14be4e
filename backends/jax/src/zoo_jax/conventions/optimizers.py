from __future__ import annotations

from jax.example_libraries import optimizers

from zoo.conventions.asking import lacks, obliges, takes_no
from zoo.conventions.measuring import kept_fraction, trajectory
from zoo_jax.conventions import put


def sgd_momentum():
    """jax.example_libraries.optimizers.momentum"""
    return _two_steps(optimizers.momentum(0.1, 0.9))


def sgd_momentum_changed_rate():
    """jax.example_libraries.optimizers.momentum"""
    return _two_steps(optimizers.momentum(lambda step: 0.1 * (1 + step), 0.9))


def nesterov():
    """jax.example_libraries.optimizers.nesterov"""
    return _two_steps(optimizers.nesterov(0.1, 0.9))


def sgd_weight_decay():
    """jax.example_libraries.optimizers.momentum"""
    raise takes_no(optimizers.momentum, "weight_decay")


def adam():
    """jax.example_libraries.optimizers.adam(eps=0.5)"""
    return _two_steps(optimizers.adam(0.1, eps=0.5))


def adam_first_step_of_tiny_gradient():
    """jax.example_libraries.optimizers.adam(1)"""
    return 1.0 - _step(optimizers.adam(1.0), 1e-7)


def adam_weight_decay():
    """jax.example_libraries.optimizers.adam"""
    raise takes_no(optimizers.adam, "weight_decay")


def adamw():
    """jax.example_libraries.optimizers"""
    raise lacks(optimizers, "adamw")


def rmsprop():
    """jax.example_libraries.optimizers.rmsprop(gamma=0.9, eps=0.5)"""
    return _two_steps(optimizers.rmsprop(0.1, 0.9, 0.5))


def rmsprop_centred():
    """jax.example_libraries.optimizers.rmsprop"""
    raise takes_no(optimizers.rmsprop, "centered")


def rmsprop_momentum():
    """jax.example_libraries.optimizers.rmsprop_momentum(gamma=0.9, eps=0.5, momentum=0.9)"""
    return _two_steps(optimizers.rmsprop_momentum(0.1, 0.9, 0.5, 0.9))


def rmsprop_kept_fraction():
    """jax.example_libraries.optimizers.rmsprop(1)"""
    return kept_fraction(1.0 - _step(optimizers.rmsprop(1.0), 1e4))


def adagrad():
    """jax.example_libraries.optimizers.adagrad"""
    raise takes_no(optimizers.adagrad, "eps", "epsilon")


def adagrad_defaults():
    """jax.example_libraries.optimizers.adagrad"""
    return _two_steps(optimizers.adagrad(0.1))


def adadelta():
    """jax.example_libraries.optimizers"""
    raise lacks(optimizers, "adadelta")


def adamax():
    """jax.example_libraries.optimizers.adamax"""
    return _two_steps(optimizers.adamax(0.1))


def nadam():
    """jax.example_libraries.optimizers"""
    raise lacks(optimizers, "nadam")


def clip_by_global_norm():
    """jax.example_libraries.optimizers.clip_grads"""
    return optimizers.clip_grads(put([3e-5, 4e-5]), 1e-5)[0].item() / 1e-5


def sgd_learning_rate():
    """jax.example_libraries.optimizers.sgd"""
    raise obliges(optimizers.sgd, "step_size")


def adam_learning_rate():
    """jax.example_libraries.optimizers.adam"""
    raise obliges(optimizers.adam, "step_size")


def _two_steps(optimizer):
    initialise, update, parameters = optimizer
    state, count = initialise(put(1.0)), 0

    def step(gradient):
        nonlocal state, count
        state = update(count, put(gradient), state)
        count += 1
        return parameters(state)

    return trajectory(step)


def _step(optimizer, gradient):
    """A weight of 1 after one step."""
    initialise, update, parameters = optimizer
    return parameters(update(0, put(gradient), initialise(put(1.0)))).item()
