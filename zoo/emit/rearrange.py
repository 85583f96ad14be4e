"""Invertible rearrangements between a canonical array and a framework's own.

Written once for each array and used in both directions: for loading weights and for reading
gradients back.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Mapping, Optional, Tuple

import attrs
import numpy as np

from zoo.errors import InternalError


@attrs.frozen
class Rearrangement:
    """Split axes by reshaping, permute them, merge axes by reshaping; each step may be left out.

    Attributes:
        split: shape before the permutation (None: as it is).
        axes: the permutation (None: no change).
        merge: shape after it (None: as it is).
    """

    split: Optional[Tuple[int, ...]] = None
    axes: Optional[Tuple[int, ...]] = None
    merge: Optional[Tuple[int, ...]] = None

    def there(self, array: np.ndarray) -> np.ndarray:
        """Canonical to framework."""
        if self.split is not None:
            array = array.reshape(self.split)
        if self.axes is not None:
            array = array.transpose(self.axes)
        if self.merge is not None:
            array = array.reshape(self.merge)
        return np.ascontiguousarray(array)

    def shape(self, canonical: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of the framework's array for a canonical shape."""
        return self.there(np.broadcast_to(np.int8(0), canonical)).shape

    def back(self, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Framework to canonical, whose shape is given."""
        split = self.split or shape
        if self.axes is not None:
            array = array.reshape([split[axis] for axis in self.axes])
            array = array.transpose(np.argsort(self.axes))
        return np.ascontiguousarray(array.reshape(shape))


AS_IS = Rearrangement()
TRANSPOSED = Rearrangement(axes=(1, 0))
TO_CHANNELS_LAST = Rearrangement(axes=(0, 2, 3, 1))
"""(batch, channels, h, w) to (batch, h, w, channels)."""
HWIO = Rearrangement(axes=(2, 3, 1, 0))
"""(channels, channels in / groups, h, w) to (h, w, channels in / groups, channels)."""


@attrs.frozen
class Slot:
    """Where a canonical array lives in the framework: its name there, and how it is rearranged."""

    name: str
    how: Rearrangement = AS_IS


@attrs.frozen
class Kept:
    """What an optimizer keeps of a parameter: the canonical name, and what makes its numbers.

    Attributes:
        name: canonical, such as `velocity`.
        scale: the framework's numbers times this are the canonical ones.
    """

    name: str
    scale: float = 1.0


@attrs.frozen
class Bindings:
    """All slots of one emitted program.

    Attributes:
        states: slots of parameters and statistics, by canonical name.
        masks: slots of dropout masks (instrumented programs), by canonical name.
        inputs: rearrangement of each input, the batch in front, in order.
        output: rearrangement of the output, the batch in front.
        kept: what the optimizer keeps of a parameter, by the framework's name for it; what is not
            listed has its canonical name.
    """

    states: Mapping[str, Slot]
    masks: Mapping[str, Slot]
    inputs: Tuple[Rearrangement, ...]
    output: Rearrangement
    kept: Mapping[str, Kept] = MappingProxyType({})

    def to_framework(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Rename and rearrange canonical states and masks."""
        slots = {**self.states, **self.masks}
        return {slots[name].name: slots[name].how.there(array) for name, array in arrays.items()}

    def from_framework(
        self, arrays: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]
    ) -> dict[str, np.ndarray]:
        """The reverse, for parameters, gradients and statistics that the framework gave back.

        Raises InternalError when the framework gave an array that no canonical name maps to.
        """
        names = {slot.name: name for name, slot in self.states.items()}
        unknown = sorted(set(arrays) - set(names))
        if unknown:
            raise InternalError(f"the program has states that the weight map lacks: {unknown}")
        return {
            names[key]: self.states[names[key]].how.back(array, shapes[names[key]])
            for key, array in arrays.items()
        }

    def optimizer_from_framework(
        self, arrays: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]
    ) -> dict[str, np.ndarray]:
        """What the optimizer keeps, from `<parameter>.<name>` as the framework calls both.

        What belongs to no parameter is left out; some frameworks keep a count of steps as well.
        """
        names = {slot.name: name for name, slot in self.states.items()}
        found = {}
        for key, array in arrays.items():
            parameter, _, kept_name = key.rpartition(".")
            if parameter in names:
                name, kept = names[parameter], self.kept.get(kept_name, Kept(kept_name))
                rearranged = self.states[name].how.back(array, shapes[name])
                found[f"{name}.{kept.name}"] = rearranged * kept.scale
        return found
