"""Faults of the training step: another optimizer, schedule, clipping or loss than asked for.

They are read from specifications alone. What a backend's training step is not written for is
refused, and counted as that.
"""

from __future__ import annotations

from typing import Any, Mapping

from zoo.selftest import models
from zoo.selftest.fault import Respecified
from zoo.selftest.models import spec_of
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    NAdam,
    RMSprop,
    SoftmaxCrossEntropy,
    StepDecay,
)

Training = Mapping[str, Any]


def changed(name: str, sentence: str, right: Training, wrong: Training) -> Respecified:
    """Schedule, clipping and accumulation are what the optimizer makes of the gradients."""
    spec = spec_of(models.trained).replace(**right)
    where = "loss" if "loss" in wrong else "optimizer"
    return Respecified(name, sentence, spec, (where,), spec.replace(**wrong))


def optimizer(kind: Any, **attributes: Any) -> Training:
    return {"optimizer": kind(**{"learning_rate": 0.05, **attributes})}


def schedule(kind: Any, **attributes: Any) -> Training:
    return {"schedule": kind(**attributes)}


MOMENTUM = {"momentum": 0.9}
DECAY = {"weight_decay": 0.1}

TRAINING_FAULTS = (
    changed(
        "learning rate",
        "The learning rate is off by a millionth.",
        optimizer(SGD), optimizer(SGD, learning_rate=0.05 * (1 + 1e-6)),
    ),
    changed(
        "momentum the wrong way round",
        "Momentum is 0.1 where it should be 0.9: the share that is new was taken for the share "
        "that is kept.",
        optimizer(SGD, momentum=0.9), optimizer(SGD, momentum=0.1),
    ),
    changed(
        "momentum left out",
        "Gradient descent has no momentum.",
        optimizer(SGD, **MOMENTUM), optimizer(SGD),
    ),
    changed(
        "velocity as an average",
        "The gradient goes into the velocity with the share 0.1, as in an average.",
        optimizer(SGD, **MOMENTUM), optimizer(SGD, **MOMENTUM, dampening=0.9),
    ),
    changed(
        "dampening left out",
        "The gradient goes into the velocity as it is.",
        optimizer(SGD, **MOMENTUM, dampening=0.5), optimizer(SGD, **MOMENTUM),
    ),
    changed(
        "Nesterov's momentum left out",
        "Momentum is the plain one.",
        optimizer(SGD, **MOMENTUM, nesterov=True), optimizer(SGD, **MOMENTUM),
    ),
    changed(
        "weight decay left out",
        "Weights do not decay.",
        optimizer(SGD, **DECAY), optimizer(SGD),
    ),
    changed(
        "weight decay by the rate",
        "Weight decay is multiplied by the learning rate once more.",
        optimizer(SGD, **DECAY), optimizer(SGD, weight_decay=0.1 * 0.05),
    ),
    changed(
        "decay decoupled",
        "Weight decay shrinks the weights where it should be a part of the gradient: Keras's rule.",
        optimizer(SGD, **MOMENTUM, **DECAY),
        optimizer(SGD, **MOMENTUM, **DECAY, decay="decoupled"),
    ),
    changed(
        "decay coupled",
        "Weight decay is a part of the gradient where it should shrink the weights: Adam for "
        "AdamW.",
        optimizer(AdamW, **DECAY), optimizer(Adam, **DECAY),
    ),
    changed(
        "biases decay",
        "Biases decay, and should not.",
        optimizer(SGD, **DECAY, decay_excludes=("bias", "norm")),
        optimizer(SGD, **DECAY, decay_excludes=("norm",)),
    ),
    changed(
        "norms decay",
        "Scales and shifts of norms decay, and should not.",
        optimizer(SGD, **DECAY, decay_excludes=("bias", "norm")),
        optimizer(SGD, **DECAY, decay_excludes=("bias",)),
    ),
    changed(
        "Adagrad's epsilon inside",
        "Epsilon is inside the root where it should be outside: Keras's rule.",
        optimizer(Adagrad, epsilon=1e-6),
        optimizer(Adagrad, epsilon=1e-6, epsilon_placement="inside"),
    ),
    changed(
        "Adagrad's start",
        "The accumulator starts at 0.1, Keras's default, where it should start at zero.",
        optimizer(Adagrad), optimizer(Adagrad, initial_accumulator=0.1),
    ),
    changed(
        "Adadelta's rate left out",
        "The learning rate counts for nothing: MXNet's and Chainer's rule.",
        optimizer(Adadelta), optimizer(Adadelta, learning_rate=1.0),
    ),
    changed(
        "Adadelta's rho",
        "Averages keep 0.9, PyTorch's default, where they should keep 0.95.",
        optimizer(Adadelta), optimizer(Adadelta, rho=0.9),
    ),
    changed(
        "RMSprop's epsilon inside",
        "Epsilon is inside the root where it should be outside: Keras's rule.",
        optimizer(RMSprop), optimizer(RMSprop, epsilon_placement="inside"),
    ),
    changed(
        "RMSprop's rho",
        "The average keeps 0.99, PyTorch's default, where it should keep 0.9.",
        optimizer(RMSprop), optimizer(RMSprop, rho=0.99),
    ),
    changed(
        "RMSprop not centered",
        "The squared mean of the gradient is not taken off.",
        optimizer(RMSprop, centered=True), optimizer(RMSprop),
    ),
    changed(
        "RMSprop without momentum",
        "Momentum is left out.",
        optimizer(RMSprop, **MOMENTUM), optimizer(RMSprop),
    ),
    changed(
        "Adam's epsilon uncorrected",
        "Epsilon is added before the bias correction where it should be after it: Keras's rule.",
        optimizer(Adam), optimizer(Adam, epsilon_placement="uncorrected"),
    ),
    changed(
        "Adam's epsilon",
        "Epsilon is 1e-7, Keras's default, where it should be 1e-8.",
        optimizer(Adam), optimizer(Adam, epsilon=1e-7),
    ),
    changed(
        "Adam's betas interchanged",
        "The first moment has the second's share, and the second the first's.",
        optimizer(Adam), optimizer(Adam, beta1=0.999, beta2=0.9),
    ),
    changed(
        "Adamax's epsilon outside",
        "Epsilon is added after the maximum where it should be inside: Keras's rule.",
        optimizer(Adamax), optimizer(Adamax, epsilon_placement="outside"),
    ),
    changed(
        "NAdam's momentum constant",
        "The momentum of NAdam does not grow.",
        optimizer(NAdam), optimizer(NAdam, momentum_decay=0.0),
    ),
    changed(
        "Adam for NAdam",
        "Nesterov's momentum is left out of NAdam.",
        optimizer(NAdam), optimizer(Adam),
    ),
    changed(
        "step decay off by one",
        "The learning rate falls a step too late.",
        schedule(StepDecay, every=1, factor=0.5), schedule(StepDecay, every=2, factor=0.5),
    ),
    changed(
        "cosine off by one",
        "The cosine takes a step more to its end.",
        schedule(Cosine, steps=3), schedule(Cosine, steps=4),
    ),
    changed(
        "cosine down to zero",
        "The cosine ends at zero where it should end at a tenth.",
        schedule(Cosine, steps=3, end_fraction=0.1), schedule(Cosine, steps=3),
    ),
    changed(
        "warm-up off by one",
        "The learning rate takes a step more to grow.",
        schedule(Constant, warmup_steps=2), schedule(Constant, warmup_steps=3),
    ),
    changed(
        "warm-up left out",
        "The learning rate is the full one from the first step.",
        schedule(Constant, warmup_steps=2), schedule(Constant),
    ),
    changed(
        "gradients not clipped",
        "The norm of the gradients has no limit.",
        {"clipping": ClipGlobalNorm(max_norm=0.01)}, {"clipping": None},
    ),
    changed(
        "clipped by value",
        "Each gradient is clipped by itself where their norm should be.",
        {"clipping": ClipGlobalNorm(max_norm=0.01)}, {"clipping": ClipValue(limit=0.01)},
    ),
    changed(
        "clipped by norm",
        "The norm of the gradients is clipped where each should be by itself.",
        {"clipping": ClipValue(limit=0.01)}, {"clipping": ClipGlobalNorm(max_norm=0.01)},
    ),
    changed(
        "micro-batches summed",
        "The gradients of micro-batches are added up and not divided by their number.",
        {"accumulate": 2, **optimizer(SGD)}, optimizer(SGD, learning_rate=0.1),
    ),
    changed(
        "label smoothing left out",
        "Labels are not smoothed.",
        {"loss": SoftmaxCrossEntropy(label_smoothing=0.1)}, {"loss": SoftmaxCrossEntropy()},
    ),
)  # fmt: skip
