"""Attention and what comes before it: packing, heads, scale, masks, tables of rows."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np

from zoo.oracle.base import Array, Formula, Gradient
from zoo.oracle.table import formula_of
from zoo.parity.formula import (
    Linear,
    around,
    either,
    flipped,
    reordered,
    scaled,
    swapped,
    with_gradient,
)
from zoo.parity.variants.base import Variant, Variants, changed, left_out, mapped, on_state
from zoo.spec.graph import FlatNode


def self_attention(node: FlatNode) -> Variants:
    op: Any = node.op
    size = node.type.shape[1]
    wide = size // op.heads
    yield from changed(
        node, "causal", "positions see later ones" if op.causal else "positions see no later ones",
        {"causal": not op.causal},
    )  # fmt: skip
    yield from _queries(node, "no_scaling", "no scaling by 1/sqrt(features of a head)", wide**0.5)
    yield from _queries(
        node, "scaling_by_all", "scaling by 1/sqrt(features), not by those of a head",
        (wide / size) ** 0.5,
    )  # fmt: skip
    yield from _queries(
        node, "scaling_twice", "queries and keys are both scaled by 1/sqrt(features of a head)",
        wide**-0.5,
    )  # fmt: skip
    yield from _packings(node, size, wide)
    yield from _heads(node, size, wide)
    yield from on_state(
        node, "transposed_weight", "out_proj.weight is transposed", **{"out_proj.weight": _SWAPPED}
    )
    thirds = Linear(
        lambda x: x.reshape(3, size, size).swapaxes(1, 2).reshape(x.shape),
        lambda x: x.reshape(3, size, size).swapaxes(1, 2).reshape(x.shape),
    )
    yield from on_state(
        node, "transposed_weight", "the parts of in_proj_weight are transposed",
        in_proj_weight=thirds,
    )  # fmt: skip
    yield from left_out(node, "in_proj_bias", "out_proj.bias")
    if op.drop_rate:
        yield from _dropped(node)


def embedding(node: FlatNode) -> Variants:
    op: Any = node.op
    last = op.vocabulary - 1
    for words, index in (
        ("row i + 1 is taken for index i", lambda x: np.minimum(x + 1, last)),
        ("row i - 1 is taken for index i", lambda x: (x - 1) % op.vocabulary),
    ):
        yield from mapped(node, "off_by_one", words, inputs=[Linear(index, index)])
    factor = math.sqrt(op.features)
    yield from mapped(
        node, "embedding_scaled", "rows are multiplied by sqrt(features)", output=scaled(factor)
    )
    base = formula_of(op)

    def last_only(grad: Array, saved: Array) -> Gradient:
        weight = np.zeros((op.vocabulary, op.features), grad.dtype)
        weight[saved] = grad
        return Gradient([None], {"weight": weight})

    yield Variant(
        "repeated_rows",
        "a row that is taken more than once gets only the last gradient",
        Formula(base.forward, last_only),
    )

    def without_first(found: Gradient) -> Gradient:
        weight = found.parameters["weight"].copy()
        weight[0] = 0
        return Gradient([None], {"weight": weight})

    yield Variant(
        "padding_row",
        "row 0 is padding and gets no gradient",
        with_gradient(base, without_first),
    )


def learned_positions(node: FlatNode) -> Variants:
    for shift, words in ((-1, "position i takes row i + 1"), (1, "position i takes row i - 1")):
        way = Linear(
            lambda x, by=shift: np.roll(x, by, 0),  # type: ignore[misc]
            lambda x, by=-shift: np.roll(x, by, 0),  # type: ignore[misc]
        )
        yield from on_state(node, "off_by_one", words, weight=way)
    yield from on_state(node, "reversed", "positions count from the end", weight=flipped(0))


_SWAPPED = swapped(0, 1)


def _queries(node: FlatNode, name: str, words: str, factor: float) -> Variants:
    """A factor of the scores is a factor of the queries."""
    size = node.type.shape[1]

    def times(x: Array) -> Array:
        return np.concatenate([x[:size] * factor, x[size:]])

    way = Linear(times, times)
    yield from on_state(node, name, words, in_proj_weight=way, in_proj_bias=way)


def _rows(order: Array) -> dict[str, Linear]:
    return {name: reordered(order, 0) for name in ("in_proj_weight", "in_proj_bias")}


def _packings(node: FlatNode, size: int, wide: int) -> Variants:
    """Which rows of the packed projection are queries, keys and values."""
    parts = np.arange(3 * size).reshape(3, size)
    for order in ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        names = ", ".join(("queries", "keys", "values")[order.index(i)] for i in range(3))
        yield from on_state(
            node, "packing", f"in_proj holds {names} in this order",
            **_rows(parts[list(order)].reshape(-1)),
        )  # fmt: skip
    by_head = parts.reshape(-1, 3, wide).transpose(1, 0, 2).reshape(-1)
    yield from on_state(
        node, "packing", "in_proj holds queries, keys and values head by head", **_rows(by_head)
    )
    interleaved = parts.reshape(size, 3).T.reshape(-1)
    yield from on_state(
        node, "packing", "in_proj holds queries, keys and values in turns", **_rows(interleaved)
    )


def _heads(node: FlatNode, size: int, wide: int) -> Variants:
    """Which features are one head's: of the oracle, `wide` that follow each other."""
    if 1 in (wide, size // wide):
        return
    strided = np.arange(size).reshape(wide, -1).T.reshape(-1)
    rows = np.concatenate([part * size + strided for part in range(3)])
    columns = reordered(strided, 1)
    yield from on_state(
        node, "head_split", "heads are split in the other order (features of a head first)",
        **_rows(rows), **{"out_proj.weight": columns},
    )  # fmt: skip
    yield from on_state(
        node, "head_split", "heads are split in the other order, and joined in the right one",
        **_rows(rows),
    )  # fmt: skip
    yield from on_state(
        node, "head_split", "heads are joined in the other order",
        **{"out_proj.weight": columns},
    )  # fmt: skip


def _dropped(node: FlatNode) -> Iterator[Variant]:
    op: Any = node.op
    base = formula_of(op)
    way = scaled(1.0 - op.drop_rate)
    unscaled = around(base, states={"out_proj.weight": way})
    yield Variant(
        "dropout_unscaled",
        "dropout of the probabilities is not scaled",
        either(unscaled, base),
    )
    yield from changed(
        node, "dropout_argument", "the drop rate is taken for the kept share",
        {"drop_rate": round(1 - op.drop_rate, 12)},
    )  # fmt: skip
    yield Variant(
        "mask_inverted", "the mask is inverted", around(base, masks=lambda mask: 1 - mask)
    )
    whole = around(base, masks=np.ones_like, states={"out_proj.weight": way})
    yield Variant("no_dropout", "nothing is dropped in training", either(whole, base))
