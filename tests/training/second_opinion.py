"""Another library's optimizer, held against the oracle's on one small model over 20 steps.

Both are given the oracle's gradients, each at its own parameters; the rest is the library's.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

import numpy as np

from zoo import oracle
from zoo.ops import batch_norm, dense, input, tanh
from zoo.spec import Spec, Tensor, initial, model
from zoo.spec.op import State
from zoo.training import SGD, SoftmaxCrossEntropy

STEPS = 20

Arrays = Mapping[str, Any]
Step = Callable[[Arrays], Arrays]
Begin = Callable[[Arrays, Mapping[str, State]], Step]


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD())
def small() -> Tensor:
    """Weights, biases and a norm."""
    x = tanh(batch_norm(dense(input("x", (6,)), 5, bias=False, name="hidden"), name="norm"))
    return dense(x, 4, name="output")


def check(begin: Begin, **training: Any) -> None:
    """Hold `small` trained as given against a library's optimizer, to 1e-12 of each scale.

    Args:
        begin: from the first parameters and what they are, makes a function that takes the
            gradients and returns the parameters after one more step.
    """
    spec = small().replace(**training)
    batches = [_batch(spec, number) for number in range(STEPS * spec.accumulate)]
    state = initial.generic_state(spec)
    found = oracle.train(spec, state, batches)
    losses, wanted = _trained_by(begin, spec, state, batches)
    _close(found.losses, losses)
    for name in spec.states:
        _close(found.state[name], wanted[name])
        assert np.max(np.abs(wanted[name] - state[name])) > 1e-4, f"{name} hardly moved"


def _batch(spec: Spec, number: int) -> tuple[Arrays, Any, Arrays]:
    inputs = initial.random_inputs(spec, 8, step=number)
    return inputs, initial.random_target(spec, 8, step=number), {}


def _trained_by(begin: Begin, spec: Spec, state: Arrays, batches: Any) -> tuple[Any, Arrays]:
    now, losses = dict(state), []
    declared = {name: s for name, s in spec.states.items() if s.role == "parameter"}
    step = begin({name: now[name] for name in declared}, declared)
    for first in range(0, len(batches), spec.accumulate):
        many = []
        for inputs, target, _ in batches[first : first + spec.accumulate]:
            many.append(oracle.gradients(spec, now, inputs, target, training=True))
            now.update(many[-1].statistics)
        losses.append(sum(each.loss for each in many) / len(many))
        mean = {n: sum(each.parameters[n] for each in many) / len(many) for n in declared}
        now.update(step(mean))
    return losses, now


def _close(found: Any, wanted: Any) -> None:
    scale = float(np.max(np.abs(wanted)))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12 * scale)
