"""How a model is trained: losses, optimizers, schedules and clippings, declared like ops."""

from zoo.training.adadelta import Adadelta
from zoo.training.adagrad import Adagrad
from zoo.training.adam import Adam
from zoo.training.adamax import Adamax
from zoo.training.adamw import AdamW
from zoo.training.base import (
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Clipping,
    Loss,
    Optimizer,
    Schedule,
)
from zoo.training.clip_global_norm import ClipGlobalNorm
from zoo.training.clip_value import ClipValue
from zoo.training.constant import Constant
from zoo.training.cosine import Cosine
from zoo.training.mean_squared_error import MeanSquaredError
from zoo.training.nadam import NAdam
from zoo.training.rmsprop import RMSprop
from zoo.training.sgd import SGD
from zoo.training.softmax_cross_entropy import SoftmaxCrossEntropy
from zoo.training.step_decay import StepDecay

__all__ = [
    "CLIPPINGS",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "ClipGlobalNorm",
    "ClipValue",
    "Clipping",
    "Constant",
    "Cosine",
    "Loss",
    "MeanSquaredError",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "Schedule",
    "SoftmaxCrossEntropy",
    "StepDecay",
]
