"""Softmax cross-entropy: value by SciPy's log-sum-exp, gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from tests.oracle.checking import close, compare, normal
from zoo.oracle.softmax_cross_entropy import loss
from zoo.training import SoftmaxCrossEntropy

DECLARED = SoftmaxCrossEntropy()


@pytest.mark.parametrize("shape", [(1, 2), (4, 3), (2, 3, 5)])
def test_value_and_gradient(shape: tuple[int, ...]) -> None:
    """The mean over the batch and every further position."""
    logits = normal(*shape)
    labels = np.random.default_rng(1).integers(0, shape[-1], shape[:-1])
    value, grad = loss(DECLARED, logits, labels)
    each = [
        special.logsumexp(logits[place]) - logits[place][labels[place]]
        for place in np.ndindex(labels.shape)
    ]
    close(value, np.mean(each))
    compare(grad, lambda moved: loss(DECLARED, moved, labels)[0], logits)


def test_large_logits_give_a_finite_loss() -> None:
    """Where the probability underflows the loss is still the gap between the logits."""
    value, _ = loss(DECLARED, np.array([[0.0, 5e3]]), np.array([0]))
    close(value, 5e3)


@pytest.mark.parametrize("smoothing", [0.1, 1.0])
def test_smoothed_labels(smoothing: float) -> None:
    """The cross-entropy with the smoothed targets, written out, and its gradient."""
    declared = SoftmaxCrossEntropy(label_smoothing=smoothing)
    logits = normal(4, 2, 5)
    labels = np.random.default_rng(1).integers(0, 5, (4, 2))
    value, grad = loss(declared, logits, labels)
    wanted = (1 - smoothing) * np.eye(5)[labels] + smoothing / 5
    close(value, -np.mean(np.sum(wanted * special.log_softmax(logits, -1), -1)))
    compare(grad, lambda moved: loss(declared, moved, labels)[0], logits)


def test_smoothing_by_hand() -> None:
    """Logits (2, 0, 0), label 0, smoothing 0.1 (PyTorch 2.13.0 and Keras 3.15.1: 0.37288)."""
    value, _ = loss(
        SoftmaxCrossEntropy(label_smoothing=0.1), np.array([[2.0, 0.0, 0.0]]), np.array([0])
    )
    close(value, np.log(np.exp(2.0) + 2.0) - 2.0 * (0.9 + 0.1 / 3))
