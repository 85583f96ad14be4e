"""A fault: what is wrong, the model that it is planted in, the layer that has it, and how.

There are three ways. A fault that specifications can express is another specification that is
emitted in the place of the right one. A fault in how arrays are loaded alters one of them on its
way in. What neither can say is another text in the emitted source, for each backend's idiom.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Tuple

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo.backend import Backend
from zoo.dtypes import DTYPES
from zoo.emit.rearrange import Rearrangement, Slot
from zoo.parity.case import Case, seen_by_oracle
from zoo.parity.compare import DISAGREES, Row, compare
from zoo.parity.emission import Emission, altered, replaced
from zoo.parity.reference import Reference
from zoo.spec.graph import Spec
from zoo.worker.session import Emitted

Array = NDArray[Any]
Alter = Callable[[Array], Array]


@attrs.frozen
class Fault:
    """One way of being wrong.

    Attributes:
        name: a few words.
        sentence: what is wrong, in one sentence.
        spec: the model that it is planted in, as it should be.
        layers: where the fault is; any of them is the right one to name.
    """

    name: str
    sentence: str
    spec: Spec
    layers: Tuple[str, ...]

    def emission(self, backend: Backend) -> Optional[Emission]:
        """How the fault is planted; None if the backend's sources have nothing of the kind."""
        raise NotImplementedError

    def shows(self, right: Reference, dtype: str) -> bool:
        """Whether the fault moves a tensor further than rounding in this dtype does."""
        raise NotImplementedError


@attrs.frozen
class Respecified(Fault):
    """Emitted from another specification, of the same states, masks and shapes."""

    wrong: Spec

    def emission(self, backend: Backend) -> Emission:
        return altered(lambda spec: self.wrong)

    def shows(self, right: Reference, dtype: str) -> bool:
        return _differs(right, attrs.evolve(right.case, spec=self.wrong))


@attrs.frozen
class Misread(Fault):
    """Some arrays are altered on their way in.

    Attributes:
        alter: by canonical name of a state or a mask, what is made of the array; a mask comes with
            the batch in front.
        is_order: whether that only puts elements in another order, which a weight map does on the
            way back too; else what comes back is as the framework has it.
    """

    alter: Mapping[str, Alter]
    is_order: bool = False

    def emission(self, backend: Backend) -> Emission:
        return _Misreading(alter=self.alter, is_order=self.is_order)

    def shows(self, right: Reference, dtype: str) -> bool:
        batches = tuple((i, t, self._altered(masks)) for i, t, masks in right.case.batches)
        state = self._altered(right.case.state)
        return _differs(right, attrs.evolve(right.case, state=state, batches=batches))

    def _altered(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {n: self.alter[n](a) if n in self.alter else a for n, a in arrays.items()}


@attrs.frozen
class Rewritten(Fault):
    """Other texts stand in the emitted source.

    Attributes:
        texts: by adapter (`torch`, `keras`, ...), what stands in the place of what.
        dtypes: in which it is a fault.
    """

    texts: Mapping[str, Mapping[str, str]]
    dtypes: Tuple[str, ...] = tuple(DTYPES)

    def emission(self, backend: Backend) -> Optional[Emission]:
        adapter = backend.package.partition("_")[2]
        return replaced(self.texts[adapter]) if adapter in self.texts else None

    def shows(self, right: Reference, dtype: str) -> bool:
        """No oracle has such a fault; in its dtypes it is far beyond rounding."""
        return dtype in self.dtypes


def _differs(right: Reference, wrong: Case) -> bool:
    """Whether the judge would tell the oracle with the wrong case from that with the right one."""
    cell = Row(right.case.spec.name, "oracle", "", "float64")
    rows = compare(cell, right.exact, right.moved(), seen_by_oracle(wrong))
    return any(row.verdict == DISAGREES for row in rows)


@attrs.frozen(kw_only=True)
class _Misreading(Emission):
    alter: Mapping[str, Alter]
    is_order: bool

    def emit(self, backend: Backend, spec: Spec, mask_batch: int | None = None) -> Emitted:
        emitted = super().emit(backend, spec, mask_batch)
        right = emitted.bindings
        wrong = attrs.evolve(
            right, states=self._misread(right.states), masks=self._misread(right.masks)
        )
        return emitted._replace(bindings=wrong)

    def _misread(self, slots: Mapping[str, Slot]) -> dict[str, Slot]:
        return {
            name: attrs.evolve(slot, how=_altered(slot.how, self.alter[name], self.is_order))
            if name in self.alter
            else slot
            for name, slot in slots.items()
        }


def _altered(how: Rearrangement, alter: Alter, is_order: bool) -> Rearrangement:
    return _Altered(how.split, how.axes, how.merge, alter, is_order)


@attrs.frozen
class _Altered(Rearrangement):
    alter: Alter = np.asarray
    is_order: bool = False

    def there(self, array: Array) -> Array:
        return super().there(self.alter(array))

    def back(self, array: Array, shape: tuple[int, ...]) -> Array:
        found = super().back(array, shape)
        if not self.is_order:
            return found
        order = self.alter(np.arange(found.size).reshape(shape))
        again = np.empty_like(found)
        again.flat[order.ravel()] = found.ravel()
        return again
