"""Maximum over windows; the gradient goes to the first maximum in row order."""

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
    padded = pad(x, op.pads, -np.inf)
    patches = windows(padded, op.kernel, op.stride)
    flat = patches.reshape(*patches.shape[:4], -1)
    winner = flat.argmax(-1)[..., None]
    return Result(np.take_along_axis(flat, winner, -1)[..., 0], (winner, padded.shape))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    winner, padded = saved
    flat = np.zeros((*grad.shape, op.kernel[0] * op.kernel[1]), grad.dtype)
    np.put_along_axis(flat, winner, grad[..., None], -1)
    patches = flat.reshape(*grad.shape, *op.kernel)
    return [unpad(scatter(patches, padded, op.stride), op.pads)], {}
