"""Self-attention: output by loops over examples, heads and positions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.self_attention import SelfAttention
from zoo.oracle.base import Array, Given


def by_loops(op: SelfAttention, data: Given) -> Array:
    """Values j weighted by exp(q_i k_j / sqrt(width)) for each head; j up to i if causal."""
    (x,), states = data.inputs, data.states
    batch, length, size = x.shape
    width = size // op.heads
    weights, biases = np.split(states["in_proj_weight"], 3), np.split(states["in_proj_bias"], 3)
    q, k, v = (np.einsum("nli,oi->nlo", x, w) + b for w, b in zip(weights, biases))
    joined = np.zeros_like(x)
    for n, head, i in np.ndindex(batch, op.heads, length):
        part = slice(head * width, (head + 1) * width)
        seen = range(i + 1 if op.causal else length)
        powers = [np.exp(q[n, i, part] @ k[n, j, part] / np.sqrt(width)) for j in seen]
        for j, power in zip(seen, powers):
            keep = 1.0
            if data.training and op.drop_rate:
                keep = data.masks["mask"][n, head, i, j] / (1 - op.drop_rate)
            joined[n, i, part] += power / sum(powers) * keep * v[n, j, part]
    return np.einsum("nli,oi->nlo", joined, states["out_proj.weight"]) + states["out_proj.bias"]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("drop_rate", [0.0, 0.4])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize(("shape", "heads"), [((2, 3, 4), 2), ((1, 1, 2), 1), ((1, 4, 3), 3)])
def test_agrees_with_loops(
    shape: tuple[int, ...], heads: int, causal: bool, drop_rate: float, training: bool
) -> None:
    """Heads, causality and dropout of the probabilities, in both modes."""
    op = SelfAttention(heads=heads, causal=causal, drop_rate=drop_rate)
    data = given(op, shape, training=training)
    close(output(op, data), by_loops(op, data))
    check_gradient(op, data)


def test_a_causal_layer_does_not_see_the_future() -> None:
    """Changing the last position changes only the last output."""
    op = SelfAttention(heads=2, causal=True)
    data = given(op, (1, 4, 4))
    before = output(op, data)
    data.inputs[0][:, 3] += 1.0
    changed = np.any(output(op, data) != before, axis=(0, 2))
    assert list(changed) == [False, False, False, True]
