"""Multi-head self-attention (Vaswani et al. 2017, section 3.2.2), written out.

Axes are (batch, heads, length, size of a head).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zoo.oracle.base import Array, Gradients, Inputs, Masks, Result, States


def forward(op: Any, inputs: Inputs, states: States, *, training: bool, masks: Masks) -> Result:
    (x,) = inputs
    n, length, features = x.shape
    packed = x @ states["in_proj_weight"].T + states["in_proj_bias"]
    q, k, v = packed.reshape(n, length, 3, op.heads, -1).transpose(2, 0, 3, 1, 4)
    scale = 1.0 / math.sqrt(features // op.heads)
    scores = q @ k.swapaxes(-1, -2) * scale
    if op.causal:
        scores = np.where(np.triu(np.ones((length, length), bool), 1), -np.inf, scores)
    powers = np.exp(scores - scores.real.max(-1, keepdims=True))
    p = powers / powers.sum(-1, keepdims=True)
    keep: Any = masks["mask"] / (1 - op.drop_rate) if training and op.drop_rate else 1.0
    mixed = ((p * keep) @ v).transpose(0, 2, 1, 3).reshape(n, length, features)
    y = mixed @ states["out_proj.weight"].T + states["out_proj.bias"]
    return Result(y, (x, q, k, v, p, keep, mixed, scale, states))


def backward(op: Any, grad: Array, saved: Any) -> Gradients:
    x, q, k, v, p, keep, mixed, scale, states = saved
    n, length, features = x.shape
    flat = grad.reshape(-1, features)
    found = {"out_proj.weight": flat.T @ mixed.reshape(-1, features), "out_proj.bias": flat.sum(0)}
    inner = (grad @ states["out_proj.weight"]).reshape(n, length, op.heads, -1).swapaxes(1, 2)
    dv = (p * keep).swapaxes(-1, -2) @ inner
    dp = (inner @ v.swapaxes(-1, -2)) * keep * p
    scores = (dp - p * dp.sum(-1, keepdims=True)) * scale
    parts = np.stack([scores @ k, scores.swapaxes(-1, -2) @ q, dv])
    packed = parts.transpose(1, 3, 0, 2, 4).reshape(n, length, 3 * features)
    rows = packed.reshape(-1, 3 * features)
    found["in_proj_weight"] = rows.T @ x.reshape(-1, features)
    found["in_proj_bias"] = rows.sum(0)
    return [packed @ states["in_proj_weight"]], found
