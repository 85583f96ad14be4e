"""How canonical arrays map to the emitted TensorFlow module: attribute paths, channels last."""

from __future__ import annotations

from zoo.emit.layout import FLAT, Flow, channels_last, input_layout
from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, TRANSPOSED, Bindings, Kept, Rearrangement, Slot
from zoo.spec.graph import FlatNode, Spec
from zoo_tensorflow.emit import TensorFlowEmitter
from zoo_tensorflow.training import LISTS

RENAMED = {
    "dense": {"weight": "kernel"},
    "conv2d": {"weight": "kernel"},
    "batch_norm": {
        "weight": "scale",
        "bias": "offset",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    "layer_norm": {"weight": "scale", "bias": "offset"},
    "embedding": {"weight": "table"},
    "learned_positions": {"weight": "table"},
    "self_attention": {
        "in_proj_weight": "in_proj.kernel",
        "in_proj_bias": "in_proj.bias",
        "out_proj.weight": "out_proj.kernel",
    },
}
KEPT = {of_all: Kept(name) for name, of_all in LISTS.items()}
HWIO = Rearrangement(axes=(2, 3, 1, 0))
"""(channels, channels in / groups, h, w) to (h, w, channels in / groups, channels)."""


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, mask, input and the output of the module that `emit` writes."""
    flows = channels_last(spec)
    states, masks = {}, {}
    for node in spec.nodes:
        parts = [attribute(p, TensorFlowEmitter.reserved) for p in node.path.split(".")]
        path, flow = ".".join(parts), flows[node.path]
        renamed = RENAMED.get(node.op.kind, {})
        for state in node.states():
            name = f"{path}.{renamed.get(state.name, state.name)}"
            states[f"{node.path}.{state.name}"] = Slot(name, _layout(node, state.name, flow))
        for mask in node.masks() if mask_batch is not None else ():
            own = f"{node.path}.{mask.name}"
            if node.op.kind == "self_attention":
                masks[own] = Slot(f"{path}.dropout.mask")
            else:
                masks[own] = Slot(f"{path}.mask", flow.output.rearrangement)
    inputs = tuple(input_layout(node.type).rearrangement for node in spec.inputs)
    return Bindings(states, masks, inputs, AS_IS, KEPT)


def _layout(node: FlatNode, state: str, flow: Flow) -> Rearrangement:
    kind = node.op.kind
    if kind == "conv2d" and state == "weight":
        return HWIO
    if kind == "dense" and state == "weight":
        return _dense_kernel(flow)
    if kind == "self_attention" and state.endswith("weight"):
        return TRANSPOSED
    return AS_IS


def _dense_kernel(flow: Flow) -> Rearrangement:
    """(units, features) to (features, units); after a flattened image its rows move along."""
    given = flow.given[0]
    if given.order == FLAT and given.image is not None:
        c, h, w = given.image
        return Rearrangement((-1, c, h, w), (2, 3, 1, 0), (h * w * c, -1))
    return TRANSPOSED
