"""How canonical arrays map to the emitted NumPy program: the names and layouts are its own."""

from __future__ import annotations

from zoo.emit.names import attribute
from zoo.emit.rearrange import AS_IS, Bindings, Slot
from zoo.spec.graph import Spec
from zoo_tiny.emit import TinyEmitter


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    """Slots of every state, of the input and of the output of the program that `emit` writes."""
    states = {}
    for node in spec.nodes:
        path = ".".join(attribute(part, TinyEmitter.reserved) for part in node.path.split("."))
        for state in node.states():
            states[f"{node.path}.{state.name}"] = Slot(f"{path}.{state.name}")
    return Bindings(states, {}, (AS_IS,) * len(spec.inputs), AS_IS)
