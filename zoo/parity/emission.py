"""How a model becomes the program under test: as its backend emits it, or with a fault planted.

A fault is another text in the emitted source, or another specification that is emitted while
everything is judged against the unchanged one.
"""

from __future__ import annotations

from typing import Callable, Mapping, Sequence, Union

import attrs

from zoo.backend import Backend
from zoo.errors import UsageError
from zoo.spec.graph import Spec
from zoo.target import Target
from zoo.worker.session import Emitted

Change = Callable[[Spec], Spec]


def unchanged(spec: Spec) -> Spec:
    return spec


@attrs.frozen
class Emission:
    """From a specification to a program.

    Attributes:
        change: gives the specification that is emitted; it has the states, the masks and the
            shapes of inputs and output of the one that it is given.
        texts: replacements in the source, each everywhere that it occurs.
    """

    change: Change = unchanged
    texts: Mapping[str, str] = attrs.field(factory=dict)

    def emit(self, backend: Backend, spec: Spec, mask_batch: int | None = None) -> Emitted:
        """The program; texts that do not occur in it replace nothing.

        Raises:
            UnsupportedError: the backend cannot express the model.
            BackendUnavailable: its adapter is broken.
        """
        changed = self.change(spec)
        program = backend.emit(changed, mask_batch=mask_batch)
        source = program.source
        for old, new in self.texts.items():
            source = source.replace(old, new)
        bindings = backend.bindings(changed, mask_batch=mask_batch)
        return Emitted(source, program.entry, bindings)

    def check(self, backend: Backend, spec: Spec, batch: int) -> None:
        """Raise UsageError if this plants no fault in the model, or one that fits no array."""
        changed = self.change(spec)
        if self.change is not unchanged and changed == spec:
            raise UsageError(f"{spec.name}: the change that was to plant a fault changes nothing")
        if _arrays(changed) != _arrays(spec):
            raise UsageError(f"{spec.name}: the fault has other states, masks or shapes of arrays")
        for old in self.texts:
            masked = (None, batch) if spec.masks else (None,)
            if not any(old in backend.emit(changed, mask_batch=each).source for each in masked):
                raise UsageError(
                    f"{backend.name}: the source of {spec.name} has no text {old!r}, "
                    "so no fault can be planted there"
                )

    def of_part(self, whole: Spec, cut: Change) -> Emission:
        """How the part that `cut` takes of a model is emitted: it has the faults of the whole."""
        return attrs.evolve(self, change=lambda _part: cut(self.change(whole)))


PLAIN = Emission()
"""As the backend emits it."""

Plant = Union[Emission, Mapping[str, str]]
"""A fault made on purpose; a mapping stands for `replaced`."""


def replaced(texts: Mapping[str, str]) -> Emission:
    """With other texts in the source, by those that they replace."""
    return Emission(texts=texts)


def altered(change: Change) -> Emission:
    """From a changed specification, of the same states, masks and shapes."""
    return Emission(change)


def as_emission(plant: Plant) -> Emission:
    return plant if isinstance(plant, Emission) else replaced(plant)


def as_emissions(
    plants: Mapping[str, Plant] | None, targets: Sequence[Target]
) -> dict[str, Emission]:
    """Faults by backend name.

    Raises:
        UsageError: one is for a backend that is not run, where nobody could find it.
    """
    run = list(dict.fromkeys(target.backend.name for target in targets))
    for name in plants or {}:
        if name not in run:
            raise UsageError(
                f"a fault is planted in {name!r}, but only {', '.join(run)} is run; "
                "plant it there, or add its backend to those that are run"
            )
    return {name: as_emission(each) for name, each in (plants or {}).items()}


def _arrays(spec: Spec) -> list[object]:
    """What goes in and comes out: names and shapes."""
    states = {name: state.shape for name, state in spec.states.items()}
    inputs = [(node.name, node.type) for node in spec.inputs]
    return [states, spec.masks.keys(), inputs, spec.output_type]
