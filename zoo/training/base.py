"""What losses, optimizers, schedules and clippings declare."""

from __future__ import annotations

from typing import Tuple, Type, TypeVar

import attrs

from zoo.spec.declared import Declared, integer
from zoo.spec.op import TensorType

RATES = (1e-12, 1e6)
"""Range of a learning rate."""

SHARES = (0.0, 0.999999)
"""Range of the share of a moving average that is kept at each step."""

EPSILONS = (1e-30, 1e3)
"""Range of what keeps a denominator from zero."""

DECAY_RATES = (0.0, 1e3)
"""Range of a weight decay."""

DECAYS = ("coupled", "decoupled")
"""What weight decay does: adds to the gradient, or shrinks the parameter."""

EXCLUDED = ("bias", "norm")
"""Groups of parameters that weight decay may leave out; see `zoo.spec.op.State.group`."""


@attrs.frozen
class Loss(Declared):
    """Base of every loss: a mean over the batch and all positions.

    It is the data's loss alone: weight decay is a matter of the optimizer and adds nothing to it.
    """

    def check(self, output: TensorType) -> None:
        """Raise SpecError when the model's output does not suit the loss."""

    def target(self, output: TensorType) -> TensorType:
        """Type of the targets of one example."""
        raise NotImplementedError


@attrs.frozen(kw_only=True)
class Optimizer(Declared):
    """Base of every optimizer; each declares these attributes anew, with defaults of its own.

    A step does, in this order:

        1. average the gradients of the micro-batches;
        2. clip them;
        3. coupled decay:    gradient  = gradient + weight_decay * parameter
           decoupled decay:  parameter = parameter - rate * weight_decay * parameter
        4. the optimizer's own formula.

    `rate` is learning_rate times the schedule's factor. Coupled decay is the gradient of a penalty
    (weight_decay / 2) |parameter|^2 in the loss, which the reported loss leaves out; decoupled
    decay is that of Loshchilov and Hutter (2019). PyTorch couples it (but for AdamW), Keras
    decouples it in every optimizer, both in this order.

    Attributes:
        learning_rate: multiplied by the schedule's factor at each step.
        weight_decay: 0 is none.
        decay: `coupled` or `decoupled`.
        decay_excludes: groups of parameters that do not decay, some of `bias` and `norm`.
    """

    learning_rate: float
    weight_decay: float
    decay: str
    decay_excludes: Tuple[str, ...]


@attrs.frozen(kw_only=True)
class Schedule(Declared):
    """Base of every schedule: a factor of the learning rate for each step, 0 being the first.

    With warm-up, the factor grows linearly over the first `warmup_steps` steps: 1 / warmup_steps
    at step 0, 2 / warmup_steps at step 1, and so on to 1 at the last of them (Goyal et al. 2017,
    section 2.2; the slope of Vaswani et al. 2017, equation 3). The schedule's own formula begins at
    the step that follows.
    """

    warmup_steps: int = integer(0, default=0)

    def rate(self, step: int) -> float:
        """The factor at a step; 0 is the first."""
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps
        return self.after_warmup(step - self.warmup_steps)

    def after_warmup(self, step: int) -> float:
        """The factor without warm-up; 0 is the first step after it."""
        raise NotImplementedError


@attrs.frozen
class Clipping(Declared):
    """Base of every clipping of the gradients, before weight decay is added to them."""


LOSSES: dict[str, Type[Loss]] = {}
OPTIMIZERS: dict[str, Type[Optimizer]] = {}
SCHEDULES: dict[str, Type[Schedule]] = {}
CLIPPINGS: dict[str, Type[Clipping]] = {}

LossClass = TypeVar("LossClass", bound=Type[Loss])
OptimizerClass = TypeVar("OptimizerClass", bound=Type[Optimizer])
ScheduleClass = TypeVar("ScheduleClass", bound=Type[Schedule])
ClippingClass = TypeVar("ClippingClass", bound=Type[Clipping])


def register_loss(cls: LossClass) -> LossClass:
    LOSSES[cls.kind] = cls
    return cls


def register_optimizer(cls: OptimizerClass) -> OptimizerClass:
    OPTIMIZERS[cls.kind] = cls
    return cls


def register_schedule(cls: ScheduleClass) -> ScheduleClass:
    SCHEDULES[cls.kind] = cls
    return cls


def register_clipping(cls: ClippingClass) -> ClippingClass:
    CLIPPINGS[cls.kind] = cls
    return cls
