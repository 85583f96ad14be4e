"""Channels-last propagation for frameworks that are at home there.

The specification is channels first. A channels-last backend keeps images as (batch, h, w,
channels) as long as it can and transposes where an op is about the canonical order. A flattened
image keeps the order (h, w, channels) when only dense layers read it: their weights are
rearranged instead.
"""

from __future__ import annotations

from typing import Optional, Tuple

import attrs

from zoo.emit.rearrange import AS_IS, HWIO, TO_CHANNELS_LAST, TRANSPOSED, Rearrangement
from zoo.spec.graph import FlatNode, Spec
from zoo.spec.op import TensorType

PLAIN, LAST, FLAT = "plain", "channels-last", "flattened channels-last"

_ELEMENTWISE = {"relu", "gelu_erf", "gelu_tanh", "tanh", "sigmoid", "dropout"}
_IMAGE = {"conv2d", "max_pool", "avg_pool", "global_avg_pool", "batch_norm"}
_ALIKE = {"add", "multiply", "concatenate"}


@attrs.frozen
class Layout:
    """The order of one value's axes; `image` is (channels, h, w) of a flattened image."""

    order: str = PLAIN
    image: Optional[Tuple[int, int, int]] = None

    @property
    def rearrangement(self) -> Rearrangement:
        """How the canonical value, the batch in front, becomes this one."""
        if self.order == LAST:
            return TO_CHANNELS_LAST
        if self.order == FLAT and self.image is not None:
            c, h, w = self.image
            return Rearrangement((-1, c, h, w), (0, 2, 3, 1), (-1, h * w * c))
        return AS_IS

    def axis(self, canonical: int) -> int:
        """Where an axis, the batch counted, is here."""
        return (0, 3, 1, 2)[canonical] if self.order == LAST else canonical


@attrs.frozen
class Flow:
    """Layouts around one node: as its inputs come, as it wants them, as its output is."""

    given: Tuple[Layout, ...]
    wanted: Tuple[Layout, ...]
    output: Layout


def channels_first(spec: Spec) -> dict[str, Flow]:
    """Every value in canonical order."""
    plain = Layout()
    return {
        node.path: Flow((plain,) * len(node.inputs), (plain,) * len(node.inputs), plain)
        for node in spec.nodes
    }


def channels_last(spec: Spec) -> dict[str, Flow]:
    """Images channels last wherever nothing speaks against it; by full path of the node."""
    layouts = {node.name: input_layout(node.type) for node in spec.inputs}
    absorbed = _read_only_by_dense(spec)
    flows: dict[str, Flow] = {}
    for node in spec.nodes:
        given = tuple(layouts[path] for path in node.inputs)
        wanted, output = _rule(node, given, node.path in absorbed)
        flows[node.path] = Flow(given, wanted, output)
        layouts[node.path] = output
    return flows


def input_layout(type: TensorType) -> Layout:
    """Images enter a channels-last program channels last."""
    return Layout(LAST) if type.dtype == "float" and len(type.shape) == 3 else Layout()


def entering(type: TensorType) -> tuple[int, ...]:
    """Shape of one example of an input, as a channels-last program takes it."""
    return input_layout(type).rearrangement.shape((1, *type.shape))[1:]


def state_layout(node: FlatNode, state: str, flow: Flow) -> Rearrangement:
    """How a state becomes that of a channels-last program, whose kernels have their output last.

    After a flattened image, the rows of a dense kernel move along.
    """
    if node.op.kind not in ("dense", "conv2d", "self_attention") or not state.endswith("weight"):
        return AS_IS
    if node.op.kind == "conv2d":
        return HWIO
    if flow.given[0].image is not None:
        c, h, w = flow.given[0].image
        return Rearrangement((-1, c, h, w), (2, 3, 1, 0), (h * w * c, -1))
    return TRANSPOSED


def _rule(
    node: FlatNode, given: tuple[Layout, ...], absorbed: bool
) -> tuple[tuple[Layout, ...], Layout]:
    kind, plain, last = node.op.kind, Layout(), Layout(LAST)
    if kind in _IMAGE and len(node.input_types[0].shape) == 3:
        return (last,), plain if kind == "global_avg_pool" else last
    if kind in _ELEMENTWISE:
        return given, given[0]
    if kind in _ALIKE and all(x == last for x in given):
        return given, last
    if kind == "flatten" and given[0] == last and absorbed:
        c, h, w = node.input_types[0].shape
        return given, Layout(FLAT, (c, h, w))
    if kind == "dense" and given[0].order == FLAT:
        return given, plain
    return (plain,) * len(given), plain


def _read_only_by_dense(spec: Spec) -> set[str]:
    """Paths whose value reaches nothing but dense layers, through element-wise ops at most."""
    readers: dict[str, list[FlatNode]] = {node.path: [] for node in spec.nodes}
    for node in spec.nodes:
        for path in node.inputs:
            readers.setdefault(path, []).append(node)
    good: set[str] = set()
    for node in reversed(spec.nodes):
        fine = all(
            reader.op.kind == "dense" or (reader.op.kind in _ELEMENTWISE and reader.path in good)
            for reader in readers[node.path]
        )
        if fine and node.path != spec.output_path:
            good.add(node.path)
    return good
