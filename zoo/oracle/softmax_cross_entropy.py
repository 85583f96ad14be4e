"""Mean of -log softmax(logits)[label]; the gradient is (softmax - one-hot) / number of labels."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array
from zoo.oracle.log_softmax import log_softmax
from zoo.oracle.sums import mean
from zoo.training.softmax_cross_entropy import SoftmaxCrossEntropy


def loss(declared: SoftmaxCrossEntropy, output: Array, target: Array) -> tuple[Array, Array]:
    """The value, and its gradient with respect to the output."""
    logs, labels = log_softmax(output, -1), target[..., None]
    value = -mean(np.take_along_axis(logs, labels, -1), range(logs.ndim))
    one_hot = np.arange(output.shape[-1]) == labels
    return value, (np.exp(logs) - one_hot) / target.size
