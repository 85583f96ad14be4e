"""Every array has its canonical name and layout."""

from __future__ import annotations

from zoo.emit.rearrange import AS_IS, Bindings, Slot
from zoo.spec import Spec


def bindings(spec: Spec, *, mask_batch: int | None = None) -> Bindings:
    states = {name: Slot(name) for name in spec.states}
    masks = {name: Slot(name) for name in spec.masks} if mask_batch is not None else {}
    return Bindings(states, masks, tuple(AS_IS for _ in spec.inputs), AS_IS)
