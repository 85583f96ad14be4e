"""Dense layers, sums, and everything that only moves elements: which axis, in which order."""

from __future__ import annotations

import itertools
from typing import Any, Sequence

from zoo.ops.add import Add
from zoo.ops.reshape import Reshape
from zoo.oracle.base import Array, Formula, Given, Gradient, Result
from zoo.oracle.table import formula_of
from zoo.parity.formula import NOTHING, ONES, SAME, permuted, scaled, swapped
from zoo.parity.variants.base import Variant, Variants, changed, left_out, mapped, on_state
from zoo.spec.graph import FlatNode

CHANNELS_LAST, CHANNELS_FIRST = permuted(0, 2, 3, 1), permuted(0, 3, 1, 2)


def dense(node: FlatNode) -> Variants:
    op: Any = node.op
    if op.units == node.input_types[0].shape[-1]:
        yield from on_state(
            node, "transposed_weight", "the square weight is transposed", weight=swapped(0, 1)
        )
    if op.bias:
        yield from left_out(node, "bias")


def flatten(node: FlatNode) -> Variants:
    yield from _orders(node)


def reshape(node: FlatNode) -> Variants:
    yield from _orders(node)


def transpose(node: FlatNode) -> Variants:
    orders = itertools.permutations(range(1, len(node.type.shape) + 1))
    yield from changed(
        node, "axes", "the axes come in the order {axes}", *({"axes": order} for order in orders)
    )


def concatenate(node: FlatNode) -> Variants:
    count = len(node.inputs)
    orders = itertools.permutations(range(count)) if count < 5 else [tuple(range(count))[::-1]]
    for order in orders:
        types = tuple(node.input_types[i] for i in order)
        if order != tuple(range(count)) and node.op.infer(*types) == node.type:
            words = ", ".join(str(i + 1) for i in order)
            yield Variant(
                "input_order", f"the inputs come in the order {words}", _ordered(node, order)
            )
    yield from _axes(node)


def add(node: FlatNode) -> Variants:
    for index in range(len(node.inputs)):
        for name, words, way in (
            ("input_left_out", f"input {index + 1} is left out", NOTHING),
            ("sign", f"input {index + 1} is subtracted", scaled(-1.0)),
            ("input_twice", f"input {index + 1} is added twice", scaled(2.0)),
        ):
            yield from mapped(node, name, words, inputs=_only(node, index, way))


def multiply(node: FlatNode) -> Variants:
    for index in range(len(node.inputs)):
        yield from mapped(
            node, "input_left_out", f"input {index + 1} is left out",
            inputs=_only(node, index, ONES),
        )  # fmt: skip
    yield from mapped(node, "other_function", "it is the sum, not the product", op=Add())


def mean(node: FlatNode) -> Variants:
    axis: Any = node.op.attributes()["axis"]
    size = node.input_types[0].shape[axis - 1]
    yield from mapped(node, "sum_not_mean", "it is a sum, not a mean", output=scaled(size))
    yield from _axes(node)


def select(node: FlatNode) -> Variants:
    op: Any = node.op
    size = node.input_types[0].shape[op.axis - 1]
    for index in dict.fromkeys((op.index + 1, op.index - 1, 0, size - 1)):
        yield from changed(node, "off_by_one", "position {index} is taken", {"index": index})
    yield from _axes(node)


def _axes(node: FlatNode) -> Variants:
    axes = range(1, len(node.input_types[0].shape) + 1)
    yield from changed(node, "axis", "it works on axis {axis}", *({"axis": each} for each in axes))


def _orders(node: FlatNode) -> Variants:
    """Elements taken, or given, in another order."""
    given, wanted = len(node.input_types[0].shape), len(node.type.shape)
    if given == 3:
        yield from mapped(
            node, "layout", "elements are taken with the channels varying fastest",
            inputs=[CHANNELS_LAST],
        )  # fmt: skip
    if wanted == 3:
        high, wide = node.type.shape[1:]
        last = Reshape(shape=(high, wide, node.type.shape[0]))
        yield from mapped(
            node, "layout", "elements are laid out with the channels varying fastest",
            op=last, output=CHANNELS_FIRST,
        )  # fmt: skip
        if given == 3:
            yield from mapped(
                node, "layout", "elements are taken and laid out with the channels varying fastest",
                op=last, inputs=[CHANNELS_LAST], output=CHANNELS_FIRST,
            )  # fmt: skip
    backwards = Reshape(shape=node.type.shape[::-1])
    yield from mapped(
        node, "element_order", "elements are taken in column-major order", op=backwards,
        inputs=[permuted(0, *range(given, 0, -1))], output=permuted(0, *range(wanted, 0, -1)),
    )  # fmt: skip


def _only(node: FlatNode, index: int, way: Any) -> list[Any]:
    return [way if i == index else SAME for i in range(len(node.inputs))]


def _ordered(node: FlatNode, order: Sequence[int]) -> Formula:
    """The same formula on its inputs in another order."""
    base = formula_of(node.op)

    def forward(given: Given) -> Result:
        return base.forward(given._replace(inputs=[given.inputs[i] for i in order]))

    def backward(grad: Array, saved: Any) -> Gradient:
        found = base.backward(grad, saved)
        return found._replace(inputs=[found.inputs[order.index(i)] for i in range(len(order))])

    return Formula(forward, backward)
