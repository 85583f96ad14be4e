"""The one dense layer's arrays under the names that the runtime has."""

from __future__ import annotations

from zoo.emit.rearrange import AS_IS, Bindings, Slot
from zoo.spec import Spec


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    states = {name: Slot(name.rpartition(".")[2]) for name in spec.states}
    return Bindings(states, {}, (AS_IS,), AS_IS)
