"""y = weight z + bias with z = (x - mean) / sqrt(var + epsilon) for each channel.

In evaluation mean and var are constants. In training they are the batch's, and the gradient of x
is weight (grad - mean(grad) - z mean(grad z)) / sqrt(var + epsilon).
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from zoo.errors import UsageError
from zoo.ops.batch_norm import BatchNorm
from zoo.oracle.base import NOTHING, Array, Arrays, Given, Gradient, Result
from zoo.oracle.rounding import computes, rounded
from zoo.oracle.sums import mean, total


def forward(op: BatchNorm, given: Given) -> Result:
    (x,), states = given.inputs, given.states
    centre, var, statistics = states["running_mean"], states["running_var"], NOTHING
    if given.training:
        centre, var, statistics = _of_batch(op, x, states)
    scale = 1.0 / np.sqrt(var + op.epsilon)
    z, slope = (x - _wide(centre, x)) * _wide(scale, x), scale * states["weight"]
    if computes("folded_batch_norm"):
        shift = states["bias"] - rounded(centre * slope)
        y, folded = rounded(x * _wide(slope, x)) + _wide(shift, x), (x, centre, scale)
    else:
        y, folded = z * _wide(states["weight"], x) + _wide(states["bias"], x), None
    return Result(y, (z, slope, given.training, folded), statistics)


def backward(
    op: BatchNorm,
    grad: Array,
    saved: tuple[Array, Array, bool, Optional[tuple[Array, Array, Array]]],
) -> Gradient:
    z, scale, training, folded = saved
    axes, count = (0, *range(2, grad.ndim)), grad.size // grad.shape[1]
    found = {"weight": total(grad * z, axes), "bias": total(grad, axes)}
    if folded is not None:
        x, centre, of_z = folded
        found["weight"] = (total(grad * x, axes) - rounded(centre * found["bias"])) * of_z
    if training:
        along = _wide(found["weight"] / count, z)
        grad = grad - _wide(found["bias"] / count, z) - z * along
    return Gradient([grad * _wide(scale, z)], found)


def _of_batch(op: BatchNorm, x: Array, states: Arrays) -> tuple[Array, Array, Arrays]:
    axes, count = (0, *range(2, x.ndim)), x.size // x.shape[1]
    if count < 2:
        raise UsageError(
            f"batch_norm cannot train on one value for each channel, got {x.shape}; "
            "use a larger batch, or evaluation mode"
        )
    centre = mean(x, axes)
    if computes("one_pass_variance"):
        var = mean(x * x, axes) - rounded(centre * centre)
    else:
        var = mean((x - _wide(centre, x)) ** 2, axes)
    # As 1 / scale^2 - epsilon, which some frameworks keep, it rounds numbers about epsilon.
    kept = var + (rounded(var + op.epsilon) - (var + op.epsilon))
    kept = kept * count / (count - 1) if op.running_variance == "unbiased" else kept
    new, old = {"running_mean": centre, "running_var": kept}, op.kept_fraction
    return centre, var, {name: old * states[name] + (1.0 - old) * new[name] for name in new}


def _wide(channels: Array, x: Array) -> Array:
    """One value for each channel, shaped to meet (batch, channels, ...)."""
    return channels.reshape(-1, *[1] * (x.ndim - 2))
