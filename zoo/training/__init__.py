"""Losses and optimizers, declared like ops: one file each."""

from zoo.training.base import LOSSES, OPTIMIZERS, Loss, Optimizer
from zoo.training.mean_squared_error import MeanSquaredError
from zoo.training.sgd import SGD
from zoo.training.softmax_cross_entropy import SoftmaxCrossEntropy

__all__ = [
    "LOSSES",
    "OPTIMIZERS",
    "SGD",
    "Loss",
    "MeanSquaredError",
    "Optimizer",
    "SoftmaxCrossEntropy",
]
