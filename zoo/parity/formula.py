"""Executable alternatives to a layer: the oracle's formula with something done around it.

Most wrong conventions are the right formula on other arrays: a transposed weight, permuted heads,
a factor. With a linear map and its adjoint around the oracle's forward and backward, the gradients
of such an alternative are exact too.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Mapping, NamedTuple, Sequence

import numpy as np

from zoo.oracle.base import Array, Formula, Given, Gradient, Result
from zoo.oracle.sums import mean, total
from zoo.oracle.windows import pad

Scale = Callable[[Array, int], Array]


class Linear(NamedTuple):
    """A map of an array, and what it does to a gradient on its way back."""

    there: Callable[[Array], Array]
    adjoint: Callable[[Array], Array]


SAME = Linear(lambda x: x, lambda x: x)
NOTHING = Linear(np.zeros_like, np.zeros_like)
ONES = Linear(np.ones_like, np.zeros_like)


def scaled(factor: float) -> Linear:
    return Linear(lambda x: x * factor, lambda x: x * factor)


def permuted(*axes: int) -> Linear:
    """Axes in another order."""
    back = np.argsort(axes)
    return Linear(lambda x: x.transpose(axes), lambda x: x.transpose(back))


def swapped(one: int, other: int) -> Linear:
    """Two axes that have changed places."""
    return Linear(lambda x: x.swapaxes(one, other), lambda x: x.swapaxes(one, other))


def reordered(order: Array, axis: int) -> Linear:
    """Elements of one axis in another order."""
    back = np.argsort(order)
    return Linear(lambda x: x.take(order, axis), lambda x: x.take(back, axis))


def flipped(*axes: int) -> Linear:
    return Linear(lambda x: np.flip(x, axes), lambda x: np.flip(x, axes))


def padded(top: int, bottom: int, left: int, right: int) -> Linear:
    """An image with zeros around it."""

    def crop(x: Array) -> Array:
        return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]

    return Linear(lambda x: pad(x, (top, bottom, left, right)), crop)


LEFT_OUT = Formula(lambda given: Result(given.inputs[0]), lambda grad, saved: Gradient([grad]))
"""The output is the input."""


def around(
    formula: Formula,
    *,
    inputs: Sequence[Linear] | None = None,
    states: Mapping[str, Linear] | None = None,
    masks: Callable[[Array], Array] | None = None,
    output: Linear | None = None,
) -> Formula:
    """The formula on mapped inputs, states and masks, its output mapped."""
    ways = states or {}

    def forward(given: Given) -> Result:
        xs = [way.there(x) for way, x in zip(inputs, given.inputs)] if inputs else given.inputs
        held = {n: ways[n].there(x) if n in ways else x for n, x in given.states.items()}
        drawn = {n: masks(x) if masks else x for n, x in given.masks.items()}
        result = formula.forward(Given(xs, held, drawn, given.training))
        return result._replace(output=output.there(result.output)) if output else result

    def backward(grad: Array, saved: Any) -> Gradient:
        found = formula.backward(output.adjoint(grad) if output else grad, saved)
        xs = [
            way.adjoint(x) if x is not None else None
            for way, x in zip(inputs or [SAME] * len(found.inputs), found.inputs)
        ]
        named = found.parameters.items()
        return Gradient(xs, {n: ways[n].adjoint(x) if n in ways else x for n, x in named})

    return Formula(forward, backward)


def either(training: Formula, evaluation: Formula) -> Formula:
    """One formula in each mode."""

    def forward(given: Given) -> Result:
        chosen = training if given.training else evaluation
        result = chosen.forward(given)
        return result._replace(saved=(chosen, result.saved))

    return Formula(forward, lambda grad, saved: saved[0].backward(grad, saved[1]))


def with_gradient(formula: Formula, change: Callable[[Gradient], Gradient]) -> Formula:
    """The right output with other gradients."""
    return Formula(formula.forward, lambda grad, saved: change(formula.backward(grad, saved)))


def elementwise(value: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Formula:
    """A function of each element and its derivative."""
    return Formula(
        lambda given: Result(value(given.inputs[0]), given.inputs[0]),
        lambda grad, x: Gradient([grad * slope(x)]),
    )


def normalized(
    channel: int, over: Callable[[int], Sequence[int]], scale: Scale, slope: Scale
) -> Formula:
    """weight z + bias with z = (x - mean) scale(variance, n).

    Args:
        channel: axis of weight and bias.
        over: axes of mean and variance, for a rank.
        scale: of the biased variance and the number of elements in it.
        slope: its derivative by the variance.
    """

    def wide(array: Array, rank: int) -> Array:
        shape = [1] * rank
        shape[channel] = -1
        return array.reshape(shape)

    def forward(given: Given) -> Result:
        (x,), axes = given.inputs, tuple(over(given.inputs[0].ndim))
        n = math.prod(x.shape[axis] for axis in axes)
        weight, bias = (wide(given.states[name], x.ndim) for name in ("weight", "bias"))
        centred = x - mean(x, axes, keepdims=True)
        variance = mean(centred * centred, axes, keepdims=True)
        y = centred * scale(variance, n) * weight + bias
        return Result(y, (centred, variance, weight, axes, n))

    def backward(grad: Array, saved: Any) -> Gradient:
        centred, variance, weight, axes, n = saved
        others = [axis for axis in range(grad.ndim) if axis != channel % grad.ndim]
        z, g = centred * scale(variance, n), grad * weight
        along = total(g * centred, axes, keepdims=True) * slope(variance, n)
        inner = g * scale(variance, n) + along * 2.0 * centred / n
        found = {"weight": total(grad * z, others), "bias": total(grad, others)}
        return Gradient([inner - mean(inner, axes, keepdims=True)], found)

    return Formula(forward, backward)
