"""How canonical arrays map to the emitted Chainer module: the path of attributes to each array."""

from __future__ import annotations

from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, Bindings, Kept, Slot
from zoo.spec.graph import Spec
from zoo_chainer import training
from zoo_chainer.emit import ChainerEmitter

NORM = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "avg_mean",
    "running_var": "avg_var",
}
OTHER = {
    "weight": "W",
    "bias": "b",
    "in_proj_weight": "in_proj.W",
    "in_proj_bias": "in_proj.b",
    "out_proj.weight": "out_proj.W",
    "out_proj.bias": "out_proj.b",
}


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, mask, input and the output of the module that `emit` writes."""
    states, masks = {}, {}
    for node in spec.nodes:
        path = ".".join(attribute(part, ChainerEmitter.reserved) for part in node.path.split("."))
        names = NORM if node.op.kind in ("batch_norm", "layer_norm") else OTHER
        for state in node.states():
            states[f"{node.path}.{state.name}"] = Slot(f"{path}.{names[state.name]}")
        for mask in node.masks() if mask_batch is not None else ():
            inner = "dropout.mask" if node.op.kind == "self_attention" else "mask"
            masks[f"{node.path}.{mask.name}"] = Slot(f"{path}.{inner}")
    kept = {name: Kept(*ours) for name, ours in training.kept(spec).items()}
    return Bindings(states, masks, (AS_IS,) * len(spec.inputs), AS_IS, kept)
