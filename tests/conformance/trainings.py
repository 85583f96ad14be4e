"""Every optimizer, schedule, clipping and loss, in each form that has a formula of its own."""

from __future__ import annotations

from typing import Any, Mapping

from zoo.ops import dense, input, layer_norm, relu
from zoo.spec import Spec, Tensor
from zoo.spec.trace import model
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

RATE: Mapping[str, Any] = {"learning_rate": 0.01}
COUPLED: Mapping[str, Any] = {"weight_decay": 0.1}
DECOUPLED: Mapping[str, Any] = {"weight_decay": 0.1, "decay": "decoupled"}
ALL: Mapping[str, Any] = {"decay_excludes": ("bias", "norm")}


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.01, momentum=0.9))
def two_layers() -> Tensor:
    """Weights, biases and parameters of a norm: all that weight decay tells apart."""
    x = relu(layer_norm(dense(input("x", (6,)), 5)))
    return dense(x, 3)


PARTS: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": SGD(**RATE)},
    "sgd_coupled": {"optimizer": SGD(**RATE, **COUPLED, **ALL)},
    "momentum": {"optimizer": SGD(momentum=0.9, **RATE)},
    "nesterov": {"optimizer": SGD(momentum=0.9, nesterov=True, **RATE)},
    "dampening": {"optimizer": SGD(momentum=0.9, dampening=0.5, **RATE)},
    "momentum_decoupled": {
        "optimizer": SGD(momentum=0.9, dampening=0.5, decay_excludes=("norm",), **RATE, **DECOUPLED)
    },
    "nesterov_decoupled": {"optimizer": SGD(momentum=0.9, nesterov=True, **RATE, **DECOUPLED)},
    "adagrad": {"optimizer": Adagrad(**RATE)},
    "adagrad_inside": {
        "optimizer": Adagrad(
            epsilon_placement="inside", initial_accumulator=0.1, **RATE, **COUPLED
        )
    },
    "adadelta": {"optimizer": Adadelta()},
    "adadelta_decoupled": {"optimizer": Adadelta(**DECOUPLED)},
    "rmsprop": {"optimizer": RMSprop(**RATE)},
    "rmsprop_centered": {
        "optimizer": RMSprop(centered=True, momentum=0.9, epsilon=1e-3, **RATE, **COUPLED)
    },
    "rmsprop_inside": {
        "optimizer": RMSprop(
            epsilon_placement="inside", centered=True, momentum=0.5, **RATE, **DECOUPLED
        )
    },
    "adam": {"optimizer": Adam(**RATE)},
    "adam_coupled": {"optimizer": Adam(**RATE, **COUPLED, **ALL)},
    "adam_uncorrected": {"optimizer": Adam(epsilon_placement="uncorrected", **RATE, **COUPLED)},
    "adam_decoupled": {"optimizer": Adam(**RATE, **DECOUPLED)},
    "adamw": {"optimizer": AdamW(**RATE, **ALL)},
    "adamw_uncorrected": {
        "optimizer": AdamW(epsilon_placement="uncorrected", decay_excludes=("bias",), **RATE)
    },
    "adamax": {"optimizer": Adamax(**RATE)},
    "adamax_outside": {"optimizer": Adamax(epsilon_placement="outside", **RATE, **COUPLED)},
    "nadam": {"optimizer": NAdam(**RATE)},
    "nadam_decoupled": {"optimizer": NAdam(**RATE, **DECOUPLED)},
    "clip_global_norm": {"clipping": ClipGlobalNorm(max_norm=0.1)},
    "clip_value": {"clipping": ClipValue(limit=0.001)},
    "step_decay": {
        "optimizer": SGD(momentum=0.9, **RATE), "schedule": StepDecay(every=2, factor=0.5),
    },
    "cosine": {"optimizer": Adam(**RATE), "schedule": Cosine(steps=5, end_fraction=0.1)},
    "warmup": {
        "optimizer": SGD(momentum=0.9, nesterov=True, **RATE),
        "schedule": Constant(warmup_steps=3),
    },
    "warmup_cosine": {
        "optimizer": AdamW(**RATE), "schedule": Cosine(steps=4, warmup_steps=2),
    },
    "warmup_step_decay": {
        "optimizer": RMSprop(momentum=0.9, **RATE), "schedule": StepDecay(every=2, warmup_steps=2),
    },
    "accumulate": {"optimizer": SGD(momentum=0.9, **RATE), "accumulate": 3},
    "label_smoothing": {"loss": SoftmaxCrossEntropy(label_smoothing=0.1)},
    "everything": {
        "optimizer": AdamW(**RATE, **ALL), "schedule": Cosine(steps=4, warmup_steps=2),
        "clipping": ClipGlobalNorm(max_norm=0.1), "accumulate": 2,
        "loss": SoftmaxCrossEntropy(label_smoothing=0.1),
    },
    "everything_else": {
        "optimizer": Adam(
            epsilon_placement="uncorrected", decay_excludes=("norm",), **RATE, **COUPLED
        ),
        "schedule": StepDecay(every=2, warmup_steps=2), "clipping": ClipValue(limit=0.001),
        "accumulate": 2,
    },
}  # fmt: skip

TRAININGS: dict[str, Spec] = {
    name: two_layers().replace(**parts) for name, parts in PARTS.items()
}  # fmt: skip
