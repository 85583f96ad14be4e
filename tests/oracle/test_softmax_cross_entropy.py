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
