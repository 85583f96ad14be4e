"""What else a training step might mean: formulas of the optimizer, the schedule, the clipping."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence, Tuple

import attrs

from zoo.errors import SpecError
from zoo.parity.variants.base import EPSILONS
from zoo.spec.graph import Spec
from zoo.training import Constant
from zoo.training.base import Schedule


@attrs.frozen(eq=False)
class TrainingVariant:
    """Another meaning of how a model is trained.

    Attributes:
        words: a clause that says what is different.
        spec: the model that is trained so.
    """

    words: str
    spec: Spec


@attrs.frozen(kw_only=True)
class Shifted(Schedule):
    """Another schedule, some steps early (or late, for negative numbers)."""

    of: Schedule
    by: int

    def rate(self, step: int) -> float:
        return self.of.rate(max(0, step + self.by))


OTHERS: Mapping[str, Tuple[str, Sequence[Any]]] = {
    "momentum": ("the momentum is {:g}", (0.0, 0.9)),
    "nesterov": ("Nesterov's momentum is {}", (True, False)),
    "decay": ("weight decay is {}", ("coupled", "decoupled")),
    "weight_decay": ("weight decay is {:g}", (0.0,)),
    "decay_excludes": (
        "weight decay leaves out {}",
        ((), ("bias",), ("norm",), ("bias", "norm")),
    ),
    "epsilon_placement": ("the placement of epsilon is {}", ("outside", "inside", "uncorrected")),
    "epsilon": ("epsilon is {:g}", (*EPSILONS, 1e-10)),
    "initial_accumulator": ("sums start at {:g}", (0.0, 0.1)),
    "rho": ("averages keep {:g}", (0.9, 0.95, 0.99)),
    "beta1": ("the first moment keeps {:g}", (0.9, 0.95, 0.99)),
    "beta2": ("the second moment keeps {:g}", (0.9, 0.95, 0.99, 0.999)),
    "centered": ("centring is {}", (True, False)),
    "momentum_decay": ("the momentum's decay is {:g}", (0.004, 1.0)),
    "learning_rate": ("the learning rate is {:g}", (0.0001, 0.001, 0.002, 0.01, 0.1, 1.0)),
}
"""For each attribute of an optimizer: how another value is said, and the values known."""

ONLY_WITH = {
    "decay": "weight_decay",
    "decay_excludes": "weight_decay",
    "nesterov": "momentum",
    "dampening": "momentum",
}
"""Attributes that mean nothing where another one is zero."""

PLURAL = {"bias": "biases", "norm": "norms"}


def training_variants(spec: Spec) -> Iterator[TrainingVariant]:
    """Everything else that a training step is known to be taken for."""
    yield from _schedules(spec)
    yield from _clippings(spec)
    attributes = spec.optimizer.attributes()
    for name, value in attributes.items():
        if name in ONLY_WITH and not attributes.get(ONLY_WITH[name]):
            continue
        words, others = OTHERS.get(name, ("", ()))
        more = (attributes.get("momentum"),) if name == "dampening" else ()
        for other in dict.fromkeys((*others, *more)):
            if other != value:
                yield from _optimizer(spec, name, (words or name + " is {}"), other)


def _optimizer(spec: Spec, name: str, words: str, value: Any) -> Iterator[TrainingVariant]:
    shown = {True: "on", False: "off"}.get(value, value) if type(value) is bool else value
    if isinstance(value, tuple):
        shown = " and ".join(PLURAL[each] for each in value) or "nothing"
    try:
        optimizer = attrs.evolve(spec.optimizer, **{name: value})
    except SpecError:
        return
    yield TrainingVariant(words.format(shown), spec.replace(optimizer=optimizer))


def _schedules(spec: Spec) -> Iterator[TrainingVariant]:
    if spec.schedule == Constant():
        return
    for by, words in ((1, "a step early"), (-1, "a step late")):
        shifted = Shifted(of=spec.schedule, by=by)
        yield TrainingVariant(f"the schedule is {words}", spec.replace(schedule=shifted))
    yield TrainingVariant("the learning rate is constant", spec.replace(schedule=Constant()))
    if spec.schedule.attributes()["warmup_steps"]:
        schedule = attrs.evolve(spec.schedule, warmup_steps=0)
        yield TrainingVariant("there is no warm-up", spec.replace(schedule=schedule))


def _clippings(spec: Spec) -> Iterator[TrainingVariant]:
    if spec.clipping is not None:
        yield TrainingVariant("gradients are not clipped", spec.replace(clipping=None))
