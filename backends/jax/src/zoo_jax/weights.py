"""How canonical arrays map to the emitted JAX module: paths in its two trees, channels last."""

from __future__ import annotations

from zoo.emit.layout import channels_last, input_layout, state_layout
from zoo.emit.rearrange import AS_IS, Bindings, Slot
from zoo.spec.graph import Spec

RENAMED = {
    "dense": {"weight": "kernel"},
    "conv2d": {"weight": "kernel"},
    "batch_norm": {"weight": "scale", "running_mean": "mean", "running_var": "var"},
    "layer_norm": {"weight": "scale"},
    "embedding": {"weight": "table"},
    "learned_positions": {"weight": "table"},
    "self_attention": {
        "in_proj_weight": "in_proj.kernel",
        "in_proj_bias": "in_proj.bias",
        "out_proj.weight": "out_proj.kernel",
    },
}


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, mask, input and the output of the module that `emit` writes."""
    flows = channels_last(spec)
    states, masks = {}, {}
    for node in spec.nodes:
        flow, renamed = flows[node.path], RENAMED.get(node.op.kind, {})
        for state in node.states():
            tree = "params" if state.role == "parameter" else "state"
            name = f"{tree}.{node.path}.{renamed.get(state.name, state.name)}"
            states[f"{node.path}.{state.name}"] = Slot(name, state_layout(node, state.name, flow))
        for mask in node.masks() if mask_batch is not None else ():
            how = AS_IS if node.op.kind == "self_attention" else flow.output.rearrangement
            masks[f"{node.path}.{mask.name}"] = Slot(f"state.{node.path}.mask", how)
    inputs = tuple(input_layout(node.type).rearrangement for node in spec.inputs)
    return Bindings(states, masks, inputs, AS_IS)
