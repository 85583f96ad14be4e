"""Normalizations: epsilon, which variance, which statistics, whose momentum."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from zoo.oracle.base import Formula, Given, Result
from zoo.oracle.table import formula_of
from zoo.parity.formula import ONES, either, normalized
from zoo.parity.variants.base import EPSILONS, Variant, Variants, changed, left_out, on_state
from zoo.spec.graph import FlatNode


def batch_norm(node: FlatNode) -> Variants:
    op: Any = node.op
    other = {"biased": "unbiased", "unbiased": "biased"}[op.running_variance]
    yield from changed(
        node, "running_variance", "the running variance is the {running_variance} one",
        {"running_variance": other},
    )  # fmt: skip
    yield from _epsilons(node)
    yield from changed(
        node, "momentum_weighs", "the momentum is the share of the new value, not of the old",
        {"kept_fraction": round(1 - op.kept_fraction, 12)},
    )  # fmt: skip
    yield from changed(
        node, "kept_fraction", "the running statistics keep {kept_fraction:g} of the old value",
        *({"kept_fraction": share} for share in (0.8, 0.9, 0.95, 0.99, 0.997, 0.999)),
    )  # fmt: skip
    yield from changed(
        node, "statistics_still", "the running statistics do not move", {"kept_fraction": 1.0}
    )
    yield from changed(
        node, "kept_fraction", "the running statistics are the last batch's", {"kept_fraction": 0.0}
    )
    yield from on_state(node, "scale_ignored", "weight is ignored: the scale is 1", weight=ONES)
    yield from left_out(node, "bias")
    yield from _modes(node)
    base = formula_of(op)
    for name, words, formula in _scales(1, _but_channels, op.epsilon):
        yield Variant(name, words, either(_with_statistics(formula, base), base))


def layer_norm(node: FlatNode) -> Variants:
    op: Any = node.op
    yield from _epsilons(node)
    if node.type.shape[-1] > 1:
        for name, words, formula in _scales(-1, lambda rank: [rank - 1], op.epsilon):
            yield Variant(name, words, formula)
    if len(node.type.shape) > 1:
        whole = _root(op.epsilon)
        yield Variant(
            "normalized_axes",
            "it normalizes over all axes, not the last alone",
            normalized(-1, lambda rank: range(1, rank), *whole),
        )
    yield from on_state(node, "scale_ignored", "weight is ignored: the scale is 1", weight=ONES)
    yield from left_out(node, "bias")


def _epsilons(node: FlatNode) -> Variants:
    yield from changed(
        node, "epsilon", "epsilon is {epsilon:g}", *({"epsilon": value} for value in EPSILONS)
    )


def _modes(node: FlatNode) -> Variants:
    """The statistics of the other mode."""
    base = formula_of(node.op)

    def frozen(given: Given) -> Result:
        return base.forward(given._replace(training=False))

    def live(given: Given) -> Result:
        return base.forward(given._replace(training=True))._replace(statistics={})

    yield Variant(
        "running_in_training",
        "training uses the running statistics",
        either(Formula(frozen, base.backward), base),
    )
    yield Variant(
        "batch_in_evaluation",
        "evaluation uses the batch's statistics",
        either(base, Formula(live, base.backward)),
    )


def _scales(channel: int, over: Any, epsilon: float) -> Sequence[tuple[str, str, Formula]]:
    return (
        (
            "epsilon_placement",
            "epsilon is added to the standard deviation, not to the variance",
            normalized(
                channel,
                over,
                lambda v, n: 1.0 / (np.sqrt(v) + epsilon),
                lambda v, n: -0.5 / (np.sqrt(v) * (np.sqrt(v) + epsilon) ** 2),
            ),
        ),
        (
            "normalized_by_unbiased",
            "it normalizes by the unbiased variance",
            normalized(
                channel,
                over,
                lambda v, n: (v * n / (n - 1) + epsilon) ** -0.5,
                lambda v, n: -0.5 * n / (n - 1) * (v * n / (n - 1) + epsilon) ** -1.5,
            ),
        ),
    )


def _root(epsilon: float) -> Any:
    return lambda v, n: (v + epsilon) ** -0.5, lambda v, n: -0.5 * (v + epsilon) ** -1.5


def _but_channels(rank: int) -> Sequence[int]:
    return [axis for axis in range(rank) if axis != 1]


def _with_statistics(formula: Formula, base: Formula) -> Formula:
    """The running statistics are right, whatever the output is."""

    def forward(given: Given) -> Result:
        return formula.forward(given)._replace(statistics=base.forward(given).statistics)

    return Formula(forward, formula.backward)
