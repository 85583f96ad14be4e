"""One optimizer step over all parameters: clipping, weight decay, the optimizer's formula."""

from __future__ import annotations

import copy
from typing import TypeVar

import numpy as np

from zoo.oracle.base import Array, Arrays, Before
from zoo.oracle.rounding import rounded
from zoo.oracle.table import CLIPPINGS, OPTIMIZERS
from zoo.spec.declared import Declared
from zoo.spec.graph import Spec
from zoo.training.base import Optimizer

Part = TypeVar("Part", bound=Declared)


class Optimization:
    """The optimizer of a specification on its way; its state is `kept` and `steps`.

    Attributes:
        kept: what the optimizer keeps, by `<parameter>.<name>`.
        steps: number of steps taken.
    """

    def __init__(self, spec: Spec) -> None:
        self._groups = {n: s.group for n, s in spec.states.items() if s.role == "parameter"}
        self._optimizer = _held(spec.optimizer)
        self._schedule = _held(spec.schedule)
        self._clipping = _held(spec.clipping) if spec.clipping else None
        self._module = OPTIMIZERS[spec.optimizer.kind]
        self._start: dict[str, float] = self._module.start(self._optimizer)
        self.steps = 0
        self.kept = {
            f"{full}.{name}": np.full(spec.states[full].shape, value)
            for full in self._groups
            for name, value in self._start.items()
        }

    def step(self, parameters: Arrays, gradients: Arrays) -> dict[str, Array]:
        """All parameters after one more step."""
        if self._clipping:
            clipping = self._clipping
            gradients = CLIPPINGS[clipping.kind].clip(clipping, gradients)
        rate = rounded(self._optimizer.learning_rate * rounded(self._schedule.rate(self.steps)))
        self.steps += 1
        made = {}
        for full, gradient in gradients.items():
            parameter = parameters[full]
            if self._decays(full):
                parameter, gradient = _decayed(self._optimizer, parameter, gradient, rate)
            kept = {name: self.kept[f"{full}.{name}"] for name in self._start}
            before = Before(parameter, gradient, kept, rate, self.steps)
            made[full], kept = self._module.update(self._optimizer, before)
            self.kept.update({f"{full}.{name}": array for name, array in kept.items()})
        return made

    def _decays(self, full: str) -> bool:
        optimizer = self._optimizer
        return bool(optimizer.weight_decay) and self._groups[full] not in optimizer.decay_excludes


def _decayed(
    optimizer: Optimizer, parameter: Array, gradient: Array, rate: Array
) -> tuple[Array, Array]:
    """Parameter and gradient after weight decay."""
    if optimizer.decay == "decoupled":
        shrink = rounded(1.0 - rounded(rate * optimizer.weight_decay))
        return rounded(parameter * shrink), gradient
    return parameter, rounded(gradient + rounded(optimizer.weight_decay * parameter))


def _held(declared: Part) -> Part:
    """The record as a program holds it, its numbers rounded to the dtype under test, once a run."""
    made = copy.copy(declared)
    for name, value in declared.attributes().items():
        if isinstance(value, float):
            object.__setattr__(made, name, float(rounded(value)))  # frozen for everybody else
    return made
