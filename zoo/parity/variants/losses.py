"""What else a loss might mean: sums, halves, probabilities for logits."""

from __future__ import annotations

import math
from typing import Any, Callable, Iterator, Tuple

import attrs
import numpy as np

from zoo.oracle.base import Array
from zoo.oracle.softmax import softmax, softmax_backward
from zoo.oracle.table import LOSSES
from zoo.training.base import Loss

Function = Callable[[Array, Array], Tuple[Array, Array]]
"""From output and target to the value and its gradient by the output."""


@attrs.frozen(eq=False)
class LossVariant:
    """Another meaning of a loss: a clause in words, and what it computes."""

    words: str
    function: Function


def loss_variants(loss: Loss) -> Iterator[LossVariant]:
    """Everything else that a loss is known to be taken for."""
    yield from {"softmax_cross_entropy": _cross_entropy, "mean_squared_error": _squared}[loss.kind](
        loss
    )
    own = _function(loss)
    yield LossVariant("it is a sum, not a mean", _times(own, lambda t: t.size))
    yield LossVariant(
        "it is a sum over all but the batch",
        _times(own, lambda t: t.size / len(t)),
    )


def _cross_entropy(loss: Any) -> Iterator[LossVariant]:
    own, smoothing = _function(loss), loss.label_smoothing
    for other in (0.0, 0.1):
        if other != smoothing:
            words = f"labels are smoothed by {other:g}" if other else "labels are not smoothed"
            changed = attrs.evolve(loss, label_smoothing=other)
            yield LossVariant(words, _function(changed))
    yield LossVariant("the logarithm's base is 2", _times(own, lambda t: 1 / math.log(2)))

    def twice(output: Array, target: Array) -> Tuple[Array, Array]:
        p = softmax(output, -1)
        value, grad = own(p, target)
        return value, softmax_backward(grad, p, -1)

    yield LossVariant("softmax is applied twice", twice)

    def none(output: Array, target: Array) -> Tuple[Array, Array]:
        wanted = 1.0 * (np.arange(output.shape[-1]) == target[..., None])
        return np.asarray(-np.sum(output * wanted) / target.size), -wanted / target.size

    yield LossVariant("the output is taken for log-probabilities", none)

    def others(output: Array, target: Array) -> Tuple[Array, Array]:
        classes = output.shape[-1]
        return _function(attrs.evolve(loss, label_smoothing=smoothing * classes / (classes - 1)))(
            output, target
        )

    if smoothing:
        yield LossVariant("smoothing goes to the other classes alone", others)


def _squared(loss: Loss) -> Iterator[LossVariant]:
    own = _function(loss)
    yield LossVariant("there is a factor of one half", _times(own, lambda t: 0.5))

    def absolute(output: Array, target: Array) -> Tuple[Array, Array]:
        gap = output - target
        return np.asarray(np.mean(np.abs(gap))), np.sign(gap) / gap.size

    yield LossVariant("it is the absolute error, not the squared one", absolute)


def _function(loss: Loss) -> Function:
    return lambda output, target: LOSSES[loss.kind].loss(loss, output, target)


def _times(function: Function, factor: Callable[[Array], float]) -> Function:
    def scaled(output: Array, target: Array) -> Tuple[Array, Array]:
        value, grad = function(output, target)
        return value * factor(target), grad * factor(target)

    return scaled
