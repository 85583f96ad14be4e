"""Average over windows; each window has its own divisor where padding does not count."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.oracle.base import (
    Array,
    Gradients,
    Inputs,
    Masks,
    Result,
    States,
    pad,
    scatter,
    unpad,
    windows,
)


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    padded = pad(x, op.pads)
    total = windows(padded, op.kernel, op.stride).sum((-2, -1))
    count: Any = op.kernel[0] * op.kernel[1]
    if not op.count_padding:
        inside = pad(np.ones((1, 1, *x.shape[2:])), op.pads)
        count = windows(inside, op.kernel, op.stride).sum((-2, -1))
    return Result(total / count, (count, padded.shape))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    count, padded = saved
    share = np.asarray(grad / count)[..., None, None]
    patches = np.broadcast_to(share, (*grad.shape, *op.kernel))
    return [unpad(scatter(patches, padded, op.stride), op.pads)], {}
