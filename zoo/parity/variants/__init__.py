"""What else a layer might mean: for each op, the conventions that are known to be mixed up.

They are those that `zoo conventions` asks about, as far as one layer shows them, and the mistakes
that keep every shape. Each is a formula that can be run, so that a layer at fault can be told by
what it gives; those that a specification can express can be planted, too (`Variant.op`).
"""

from __future__ import annotations

from typing import Mapping

from zoo.parity.formula import LEFT_OUT
from zoo.parity.variants import images, norms, pointwise, sequences, shapes
from zoo.parity.variants.base import Rule, Variant, without_gradient
from zoo.spec.graph import FlatNode

__all__ = ["RULES", "Variant", "variants"]

RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        images.avg_pool,
        images.conv2d,
        images.global_avg_pool,
        images.max_pool,
        norms.batch_norm,
        norms.layer_norm,
        pointwise.dropout,
        pointwise.gelu_erf,
        pointwise.gelu_tanh,
        pointwise.log_softmax,
        pointwise.relu,
        pointwise.sigmoid,
        pointwise.softmax,
        pointwise.tanh,
        sequences.embedding,
        sequences.learned_positions,
        sequences.self_attention,
        shapes.add,
        shapes.concatenate,
        shapes.dense,
        shapes.flatten,
        shapes.mean,
        shapes.multiply,
        shapes.reshape,
        shapes.select,
        shapes.transpose,
    )
}
"""By kind of op: the alternatives of one layer."""


def variants(node: FlatNode) -> list[Variant]:
    """Everything else that a layer is known to be taken for, each once, the likelier first."""
    found: list[Variant] = []
    for variant in RULES[node.op.kind](node):
        if variant.op is None or all(variant.op != each.op for each in found):
            found.append(variant)
    if node.input_types == (node.type,):
        found.append(Variant("layer_left_out", "the layer is left out", LEFT_OUT))
    return [*found, *without_gradient(node)]
