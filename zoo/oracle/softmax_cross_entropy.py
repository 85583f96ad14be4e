"""Mean of -log softmax(logits)[label] over the batch and all positions, and its gradient."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array


def loss(output: Array, target: Array) -> tuple[Array, Array]:
    """The value and its gradient with respect to the logits, (softmax - one hot) / count."""
    shifted = output - output.real.max(-1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    chosen = np.take_along_axis(logarithms, target[..., None], -1)
    grad = np.exp(logarithms)
    np.put_along_axis(
        grad, target[..., None], np.take_along_axis(grad, target[..., None], -1) - 1, -1
    )
    return -chosen.mean(), grad / target.size
