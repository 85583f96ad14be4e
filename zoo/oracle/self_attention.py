"""Multi-head self-attention; shapes are (batch, heads, length, features of a head) within."""

from __future__ import annotations

import math

import numpy as np

from zoo.ops.self_attention import SelfAttention
from zoo.oracle.base import Array, Arrays, Given, Gradient, Result
from zoo.oracle.softmax import softmax, softmax_backward
from zoo.oracle.sums import product, total


def forward(op: SelfAttention, given: Given) -> Result:
    (x,), states = given.inputs, given.states
    batch, length, size = x.shape
    packed = product(x, states["in_proj_weight"].T) + states["in_proj_bias"]
    q, k, v = packed.reshape(batch, length, 3, op.heads, -1).transpose(2, 0, 3, 1, 4)
    scores = product(q, k.swapaxes(2, 3)) / math.sqrt(size // op.heads)
    if op.causal:
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
    p = softmax(scores, -1)
    keep: Array | float = 1.0
    if given.training and op.drop_rate:
        keep = given.masks["mask"] / (1.0 - op.drop_rate)
    heads = product(p * keep, v).transpose(0, 2, 1, 3).reshape(x.shape)
    y = product(heads, states["out_proj.weight"].T) + states["out_proj.bias"]
    return Result(y, saved=(x, q, k, v, p, keep, heads, states))


def backward(
    op: SelfAttention,
    grad: Array,
    saved: tuple[Array, Array, Array, Array, Array, Array | float, Array, Arrays],
) -> Gradient:
    x, q, k, v, p, keep, heads, states = saved
    batch, length, size = x.shape
    inner = product(grad, states["out_proj.weight"])
    inner = inner.reshape(batch, length, op.heads, -1).transpose(0, 2, 1, 3)
    scores = softmax_backward(product(inner, v.swapaxes(2, 3)) * keep, p, -1)
    scores = scores / math.sqrt(size // op.heads)
    by_k, by_v = scores.swapaxes(2, 3), (p * keep).swapaxes(2, 3)
    parts = np.stack([product(scores, k), product(by_k, q), product(by_v, inner)])
    packed = parts.transpose(1, 3, 0, 2, 4).reshape(-1, 3 * size)
    rows = grad.reshape(-1, size)
    found = {
        "in_proj_weight": product(packed.T, x.reshape(-1, size)),
        "in_proj_bias": total(packed, [0]),
        "out_proj.weight": product(rows.T, heads.reshape(-1, size)),
        "out_proj.bias": total(rows, [0]),
    }
    return Gradient([product(packed, states["in_proj_weight"]).reshape(x.shape)], found)
