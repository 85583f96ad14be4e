"""Convolution and pooling: pads, strides, layouts of kernels, what counts in an average."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from zoo.ops.avg_pool import AvgPool
from zoo.ops.max_pool import MaxPool
from zoo.parity.formula import Linear, flipped, padded, reordered, scaled, swapped
from zoo.parity.variants.base import Variants, changed, left_out, mapped, on_state
from zoo.spec.graph import FlatNode


def conv2d(node: FlatNode) -> Variants:
    op: Any = node.op
    yield from _window(node)
    high, wide = op.dilation
    yield from changed(
        node, "dilation_axes", "the dilation's axes are swapped", {"dilation": (wide, high)}
    )
    yield from changed(node, "no_dilation", "there is no dilation", {"dilation": (1, 1)})
    if op.kernel[0] == op.kernel[1]:
        yield from on_state(
            node, "kernel_axes", "the kernel's height and width are swapped", weight=swapped(2, 3)
        )
    yield from on_state(
        node, "true_convolution", "the kernel is flipped (a convolution, not a correlation)",
        weight=flipped(2, 3),
    )  # fmt: skip
    if op.groups == 1 and op.channels == node.input_types[0].shape[0]:
        yield from on_state(
            node, "transposed_weight", "the kernel's channels in and out are swapped",
            weight=swapped(0, 1),
        )  # fmt: skip
    if op.groups > 1:
        order = np.arange(op.channels).reshape(op.groups, -1).T.reshape(-1)
        yield from mapped(
            node, "group_order", "the groups' channels out are interleaved",
            output=reordered(order, 1),
        )  # fmt: skip
        order = np.arange(node.input_types[0].shape[0]).reshape(-1, op.groups).T.reshape(-1)
        yield from mapped(
            node, "group_order", "a group takes every n-th channel in", inputs=[reordered(order, 1)]
        )
    if op.bias:
        yield from left_out(node, "bias")


def avg_pool(node: FlatNode) -> Variants:
    op: Any = node.op
    counts = not op.count_padding
    words = "padding counts in the average" if counts else "padding does not count in the average"
    yield from changed(node, "count_padding", words, {"count_padding": counts})
    yield from _window(node)
    places = op.kernel[0] * op.kernel[1]
    yield from mapped(
        node, "sum_not_mean", "it is a sum, not an average",
        op=attrs.evolve(op, count_padding=True), output=scaled(places),
    )  # fmt: skip
    best = MaxPool(kernel=op.kernel, stride=op.stride, pads=op.pads)
    yield from mapped(node, "maximum", "it is the maximum, not the average", op=best)


def max_pool(node: FlatNode) -> Variants:
    op: Any = node.op
    yield from _window(node)
    if any(op.pads):
        yield from mapped(
            node, "padding_by_zero", "padding is zero, which wins over negative values",
            op=attrs.evolve(op, pads=(0, 0, 0, 0)), inputs=[padded(*op.pads)],
        )  # fmt: skip
    for counts in (True, False) if any(op.pads) else (False,):
        mean = AvgPool(kernel=op.kernel, stride=op.stride, pads=op.pads, count_padding=counts)
        which = "padding counted" if counts else "of what is inside"
        words = f"it is the average, {which}, not the maximum"
        yield from mapped(node, "average", words, op=mean)


def global_avg_pool(node: FlatNode) -> Variants:
    high, wide = node.input_types[0].shape[1:]
    yield from mapped(
        node, "sum_not_mean", "it is a sum, not an average", output=scaled(high * wide)
    )
    yield from mapped(
        node, "maximum", "it is the maximum, not the average",
        op=MaxPool(kernel=(high, wide), stride=(high, wide)),
        output=Linear(lambda x: x[:, :, 0, 0], lambda grad: grad[:, :, None, None]),
    )  # fmt: skip


def _window(node: FlatNode) -> Variants:
    """Pads and strides that give the same shape."""
    op: Any = node.op
    top, bottom, left, right = op.pads
    yield from changed(
        node, "pads_side", "the pads are on the other side", {"pads": (bottom, top, right, left)}
    )
    down, across = top + bottom, left + right
    yield from changed(
        node, "pads_side", "all pads are at the bottom and right", {"pads": (0, down, 0, across)}
    )
    yield from changed(
        node, "pads_side", "all pads are at the top and left", {"pads": (down, 0, across, 0)}
    )
    even = (down // 2, down - down // 2, across // 2, across - across // 2)
    yield from changed(node, "pads_side", "the pads are shared out evenly", {"pads": even})
    yield from changed(
        node, "pads_axes", "the pads' axes are swapped", {"pads": (left, right, top, bottom)}
    )
    high, wide = op.stride
    yield from changed(
        node, "stride_axes", "the stride's axes are swapped", {"stride": (wide, high)}
    )
    high, wide = op.kernel
    if not node.states():
        yield from changed(
            node, "kernel_axes", "the window's axes are swapped", {"kernel": (wide, high)}
        )
