"""Activations, softmax and dropout: other forms of the same name."""

from __future__ import annotations

import math
from typing import Any, Callable

import attrs
import numpy as np

from zoo.ops.gelu_erf import GeluErf
from zoo.ops.gelu_tanh import GeluTanh
from zoo.ops.log_softmax import LogSoftmax
from zoo.ops.relu import Relu
from zoo.ops.sigmoid import Sigmoid
from zoo.ops.softmax import Softmax
from zoo.ops.tanh import Tanh
from zoo.oracle.base import Array, Formula
from zoo.oracle.table import formula_of
from zoo.parity.formula import LEFT_OUT, around, either, elementwise, scaled
from zoo.parity.variants.base import Variant, Variants, changed, mapped
from zoo.spec.graph import FlatNode


def relu(node: FlatNode) -> Variants:
    for slope in (0.01, 0.1, 0.2, 0.3):
        yield _piecewise(
            "leaky", f"it has the slope {slope:g} below zero",
            lambda x, s=slope: np.where(x > 0, x, s * x),  # type: ignore[misc]
            lambda x, s=slope: np.where(x > 0, 1.0, s),  # type: ignore[misc]
        )  # fmt: skip
    yield _piecewise(
        "relu6", "it is cut off at 6", lambda x: np.clip(x, 0, 6), lambda x: (x > 0) & (x < 6)
    )

    for kind, op in (("gelu", GeluErf()), ("tanh", Tanh()), ("the sigmoid", Sigmoid())):
        yield from mapped(node, "other_function", f"it is {kind}", op=op)


def gelu_erf(node: FlatNode) -> Variants:
    yield from mapped(node, "gelu_form", "gelu is the tanh form", op=GeluTanh())
    yield from _not_gelu(node)


def gelu_tanh(node: FlatNode) -> Variants:
    yield from mapped(node, "gelu_form", "gelu is the erf form", op=GeluErf())
    yield from _not_gelu(node)


def sigmoid(node: FlatNode) -> Variants:
    for slope, name in ((0.2, "0.2 x"), (1 / 6, "x / 6")):
        yield _piecewise(
            "hard_sigmoid", f"it is the hard form, {name} + 1/2 cut off at 0 and 1",
            lambda x, s=slope: np.clip(s * x + 0.5, 0, 1),  # type: ignore[misc]
            lambda x, s=slope: s * (np.abs(s * x) < 0.5),  # type: ignore[misc]
        )  # fmt: skip
    yield from mapped(node, "other_function", "it is tanh", op=Tanh())


def tanh(node: FlatNode) -> Variants:
    yield from mapped(node, "other_function", "it is the sigmoid", op=Sigmoid())
    yield _piecewise(
        "hard_tanh", "it is the hard form, cut off at -1 and 1",
        lambda x: np.clip(x, -1, 1), lambda x: np.abs(x) < 1,
    )  # fmt: skip
    yield _piecewise(
        "scaled_tanh", "it is 1.7159 tanh(2 x / 3)",
        lambda x: 1.7159 * np.tanh(x / 1.5),
        lambda x: 1.7159 / 1.5 * (1 - np.tanh(x / 1.5) ** 2),
    )  # fmt: skip


def softmax(node: FlatNode) -> Variants:
    yield from _axes(node, "softmax")
    yield from mapped(
        node, "other_function", "it is the logarithm of it", op=LogSoftmax(axis=_axis(node))
    )


def log_softmax(node: FlatNode) -> Variants:
    yield from _axes(node, "log_softmax")
    for base in (2, 10):
        yield from mapped(
            node, "log_base", f"the logarithm's base is {base}", output=scaled(1 / math.log(base))
        )
    yield from mapped(node, "other_function", "no logarithm is taken", op=Softmax(axis=_axis(node)))


def dropout(node: FlatNode) -> Variants:
    op: Any = node.op
    base, kept = formula_of(op), 1.0 - op.drop_rate
    if not op.drop_rate:
        return
    yield from changed(
        node, "dropout_argument", "the drop rate is taken for the kept share",
        {"drop_rate": round(kept, 12)},
    )  # fmt: skip
    inverted = formula_of(attrs.evolve(op, form="inverted"))
    original = formula_of(attrs.evolve(op, form="original"))
    if op.form == "inverted":
        other, here, there = "original", "training", "evaluation"
        twice = either(around(base, output=scaled(1 / kept)), base)
    else:
        other, here, there = "inverted", "evaluation", "training"
        twice = either(base, around(base, output=scaled(kept)))
    yield Variant("dropout_unscaled", "dropout is not scaled", either(original, inverted))
    yield from changed(
        node, "dropout_form", f"dropout is scaled in {there}, not in {here}", {"form": other}
    )
    yield Variant(
        "dropout_scaled_twice", f"dropout is scaled in {there} too", either(inverted, original)
    )
    yield Variant("dropout_scaled_twice", "dropout is scaled twice", twice)
    yield Variant("no_dropout", "nothing is dropped in training", either(LEFT_OUT, base))
    yield Variant(
        "mask_inverted", "the mask is inverted", around(base, masks=lambda mask: 1 - mask)
    )


def _piecewise(
    name: str, words: str, value: Callable[[Array], Array], slope: Callable[[Array], Array]
) -> Variant:
    return Variant(name, words, elementwise(value, slope))


def _not_gelu(node: FlatNode) -> Variants:
    def gate(x: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-1.702 * x)))

    formula: Formula = elementwise(
        lambda x: x * gate(x), lambda x: gate(x) * (1 + 1.702 * x * (1 - gate(x)))
    )
    yield Variant("gelu_form", "gelu is x sigmoid(1.702 x)", formula)
    yield from mapped(node, "other_function", "it is relu", op=Relu())


def _axes(node: FlatNode, name: str) -> Variants:
    rank = len(node.type.shape) + 1
    yield from changed(
        node, "axis", f"{name} is over axis {{axis}}", *({"axis": axis} for axis in range(1, rank))
    )


def _axis(node: FlatNode) -> Any:
    return node.op.attributes()["axis"]
