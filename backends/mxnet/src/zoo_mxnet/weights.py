"""How canonical arrays map to the emitted Gluon module: its structural names, its layouts."""

from __future__ import annotations

from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, Bindings, Kept, Rearrangement, Slot
from zoo.spec.graph import Spec
from zoo_mxnet import training
from zoo_mxnet.emit import MXNetEmitter

# Norms call weight and bias otherwise; attention's packed projection is a layer of its own.
RENAMED = {
    "batch_norm": {"weight": "gamma", "bias": "beta"},
    "layer_norm": {"weight": "gamma", "bias": "beta"},
    "self_attention": {"in_proj_weight": "in_proj.weight", "in_proj_bias": "in_proj.bias"},
}
HEADS_THIRD = Rearrangement(axes=(0, 2, 1, 3))
"""(batch, heads, length, length) to (batch, length, heads, length)."""


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, mask, input and the output of the module that `emit` writes."""
    states, masks = {}, {}
    for node in spec.nodes:
        path = ".".join(attribute(part, MXNetEmitter.reserved) for part in node.path.split("."))
        for state in node.states():
            name = RENAMED.get(node.op.kind, {}).get(state.name, state.name)
            states[f"{node.path}.{state.name}"] = Slot(f"{path}.{name}")
        for mask in node.masks() if mask_batch is not None else ():
            slot = Slot(f"{path}.mask")
            if node.op.kind == "self_attention":
                slot = Slot(f"{path}.dropout.mask", HEADS_THIRD)
            masks[f"{node.path}.{mask.name}"] = slot
    kept = {position: Kept(*ours) for position, ours in training.kept(spec).items()}
    return Bindings(states, masks, (AS_IS,) * len(spec.inputs), AS_IS, kept)
