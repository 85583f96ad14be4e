"""How canonical arrays map to the emitted TensorFlow module: attribute paths, channels last."""

from __future__ import annotations

from zoo.emit.layout import channels_last, input_layout, state_layout
from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, Bindings, Kept, Slot
from zoo.emit.training import LISTS
from zoo.spec.graph import Spec
from zoo_tensorflow.emit import TensorFlowEmitter

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
            states[f"{node.path}.{state.name}"] = Slot(name, state_layout(node, state.name, flow))
        for mask in node.masks() if mask_batch is not None else ():
            own = f"{node.path}.{mask.name}"
            if node.op.kind == "self_attention":
                masks[own] = Slot(f"{path}.dropout.mask")
            else:
                masks[own] = Slot(f"{path}.mask", flow.output.rearrangement)
    inputs = tuple(input_layout(node.type).rearrangement for node in spec.inputs)
    return Bindings(states, masks, inputs, AS_IS, KEPT)
