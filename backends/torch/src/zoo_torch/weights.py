"""How canonical arrays map to the emitted PyTorch module: names and layouts as in checkpoints."""

from __future__ import annotations

from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, Bindings, Kept, Slot
from zoo.spec.graph import Spec
from zoo_torch.emit import TorchEmitter

# Canonical names that the emitted module spells otherwise: attention's packed projection is an
# nn.Linear of its own.
RENAMED = {
    "in_proj_weight": "in_proj.weight",
    "in_proj_bias": "in_proj.bias",
}

KEPT = {
    "momentum_buffer": Kept("velocity"),
    "sum": Kept("accumulator"),
    "square_avg": Kept("square_average"),
    "acc_delta": Kept("delta_square_average"),
    "grad_avg": Kept("average"),
    "exp_avg": Kept("first_moment"),
    "exp_avg_sq": Kept("second_moment"),
    "exp_inf": Kept("norm"),
}


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, mask, input and the output of the module that `emit` writes."""
    states, masks = {}, {}
    for node in spec.nodes:
        path = ".".join(attribute(part, TorchEmitter.reserved) for part in node.path.split("."))
        for state in node.states():
            name = RENAMED.get(state.name, state.name)
            states[f"{node.path}.{state.name}"] = Slot(f"{path}.{name}")
        for mask in node.masks() if mask_batch is not None else ():
            inner = "dropout.mask" if node.op.kind == "self_attention" else "mask"
            masks[f"{node.path}.{mask.name}"] = Slot(f"{path}.{inner}")
    return Bindings(states, masks, (AS_IS,) * len(spec.inputs), AS_IS, KEPT)
