"""Mean of -sum(wanted log softmax(logits)); the gradient is (softmax - wanted) / number of labels.

`wanted` is the one-hot label, smoothed: (1 - label_smoothing) one-hot + label_smoothing / classes.
"""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array
from zoo.oracle.log_softmax import log_softmax
from zoo.oracle.sums import mean
from zoo.training.softmax_cross_entropy import SoftmaxCrossEntropy


def loss(declared: SoftmaxCrossEntropy, output: Array, target: Array) -> tuple[Array, Array]:
    """The value, and its gradient with respect to the output."""
    logs, labels = log_softmax(output, -1), target[..., None]
    smoothing, classes = declared.label_smoothing, output.shape[-1]
    value = -(1.0 - smoothing) * mean(np.take_along_axis(logs, labels, -1), range(logs.ndim))
    if smoothing:
        value = value - smoothing * mean(logs, range(logs.ndim))
    wanted = (1.0 - smoothing) * (np.arange(classes) == labels) + smoothing / classes
    return value, (np.exp(logs) - wanted) / target.size
