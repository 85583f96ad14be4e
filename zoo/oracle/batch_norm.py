"""Batch normalisation; the backward pass is that of Ioffe and Szegedy (2015), section 3.

The variance inside the batch is divided by n, the one that is kept by n - 1 or n as the op says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.errors import UsageError
from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    axes = (0, *range(2, x.ndim))
    shape = (1, -1, *(1,) * (x.ndim - 2))
    count = x.size // x.shape[1]
    mean, var, statistics = states["running_mean"], states["running_var"], {}
    if training:
        if count < 2:
            raise UsageError("batch_norm needs two values for each channel to train, got one")
        mean = x.mean(axes)
        var = ((x - mean.reshape(shape)) ** 2).mean(axes)
        kept = var * count / (count - 1) if op.running_variance == "unbiased" else var
        statistics = {
            name: op.kept_fraction * states[name] + (1 - op.kept_fraction) * new
            for name, new in (("running_mean", mean), ("running_var", kept))
        }
    deviation = np.sqrt(var + op.epsilon).reshape(shape)
    normal = (x - mean.reshape(shape)) / deviation
    weight = states["weight"].reshape(shape)
    saved = (normal, deviation, weight, axes, training)
    return Result(weight * normal + states["bias"].reshape(shape), saved, statistics)


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    normal, deviation, weight, axes, training = saved
    found = {"weight": (grad * normal).sum(axes), "bias": grad.sum(axes)}
    inner = grad * weight
    if training:
        inner = inner - inner.mean(axes, keepdims=True)
        inner = inner - normal * (inner * normal).mean(axes, keepdims=True)
    return [inner / deviation], found
