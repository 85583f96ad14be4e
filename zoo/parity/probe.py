"""A part of a model on its own, in one mode: the oracle's numbers in, everything it gives out.

A part ends in a mean squared error, whose targets are chosen so that its gradient is the one that
the oracle's own backward pass brings to that place, times a factor that makes the targets as large
as the output: frameworks differentiate losses only. Where the framework's output is wrong, the
gradient that starts there is wrong with it; the oracle then starts from the very same one, so that
the backward pass is judged for itself.
"""

from __future__ import annotations

from typing import Dict, List, Mapping

import attrs
import numpy as np

from zoo import oracle
from zoo.errors import UsageError
from zoo.oracle import Rounding
from zoo.oracle.base import Formula
from zoo.parity import parts
from zoo.parity.case import Array, Case, Key, Seen, gradients_seen
from zoo.parity.compare import AGREES, Row, compare
from zoo.parity.emission import Change, Emission
from zoo.parity.noise import Moved, grain, magnitude, movement
from zoo.spec.graph import Spec
from zoo.worker.session import Session


@attrs.frozen(eq=False)
class Part:
    """A part and what goes into it.

    Attributes:
        spec: of the part.
        cut: takes the part of a model like the whole.
        phase: evaluation or training.
        state, inputs, masks, target: as for a whole model.
        names: of the whole's layer for each of the part's, if they differ.
        is_loss: whether the loss is the model's own, which is to be judged.
    """

    spec: Spec
    cut: Change
    phase: str
    state: Mapping[str, Array]
    inputs: Mapping[str, Array]
    masks: Mapping[str, Array]
    target: Array
    names: Mapping[str, str]
    is_loss: bool = False


class Parts:
    """The parts of a case in one mode."""

    def __init__(self, case: Case, phase: str) -> None:
        self.case, self.phase = case, phase
        inputs, target, masks = case.batches[0]
        training = phase == "training"
        self._masks = masks if training else {}
        self._passed = oracle.passed(
            case.spec, case.state, inputs, target, training=training, masks=self._masks
        )
        self._given = {**inputs, **self._passed.values}

    def leading_to(self, path: str) -> Part:
        """The model up to a layer."""
        spec = parts.leading_to(self.case.spec, path)
        return self._part(spec, lambda whole: parts.leading_to(whole, path), path, {}, {})

    def alone(self, path: str) -> Part:
        """A layer by itself."""
        spec = parts.alone(self.case.spec, path)
        node = next(each for each in self.case.spec.nodes if each.path == path)
        sources = dict(zip((each.name for each in spec.inputs), dict.fromkeys(node.inputs)))
        names = {spec.nodes[0].path: path}
        return self._part(spec, lambda whole: parts.alone(whole, path), path, sources, names)

    def loss(self) -> Part:
        """The loss by itself, of the oracle's output."""
        path, spec = self.case.spec.output_path, parts.loss_alone(self.case.spec)
        made = self._part(spec, parts.loss_alone, path, {"x": path}, {})
        return attrs.evolve(made, target=self.case.batches[0][1], is_loss=True)

    def _part(
        self,
        spec: Spec,
        cut: Change,
        path: str,
        sources: Mapping[str, str],
        names: Mapping[str, str],
    ) -> Part:
        def original(name: str) -> str:
            layer, _, own = _split(spec, name)
            return f"{names.get(layer, layer)}.{own}"

        state = {
            name: self.case.state.get(original(name), np.zeros(each.shape))
            for name, each in spec.states.items()
        }
        inputs = {
            node.name: np.zeros((self.case.batch, *node.type.shape))
            if node.name == parts.NOTHING
            else self._given[sources.get(node.name, node.name)]
            for node in spec.inputs
        }
        masks = {n: self._masks[original(n)] for n in spec.masks} if self._masks else {}
        target = _target(self._passed.values[path], self._passed.gradients[path])
        return Part(spec, cut, self.phase, state, inputs, masks, target, names)


def _split(spec: Spec, name: str) -> tuple[str, str, str]:
    """Layer and own name of a state or a mask."""
    layer = next(node.path for node in spec.nodes if name.startswith(node.path + "."))
    return layer, ".", name[len(layer) + 1 :]


def _target(output: Array, gradient: Array) -> Array:
    """Targets for which the gradient of the mean squared error is a multiple of `gradient`."""
    largest = np.max(np.abs(gradient), initial=0.0)
    if not largest:
        return output
    factor = (np.max(np.abs(output), initial=0.0) or 1.0) / largest
    return np.asarray(output - factor * gradient)


@attrs.frozen(eq=False)
class Probe:
    """What a framework gave for a part, and the verdicts on it.

    Attributes:
        part: that was run.
        seen: what it gave.
        exact: what the oracle gives, its backward pass starting from the framework's own output.
        moved: how noise moves that.
        rows: the verdicts, tensors under the part's names.
    """

    part: Part
    seen: Seen
    exact: Seen
    moved: Moved
    rows: List[Row]

    @property
    def bad(self) -> List[Row]:
        return [row for row in self.rows if row.verdict != AGREES]


def probe(part: Part, whole: Spec, session: Session, emission: Emission, cell: Row) -> Probe:
    """Run a part in a framework and compare everything."""
    seen = _run(part, whole, session, emission, cell.dtype)
    target = fair_target(part, seen)
    exact = by_oracle(part, target)
    unit = grain(cell.dtype)
    least = {key: unit * magnitude(key, array) for key, array in exact.items()}
    rows = compare(cell, exact, least, seen)
    if all(row.verdict == AGREES for row in rows):
        return Probe(part, seen, exact, least, rows)
    formulas = frozenset(session.target.backend.formulas)
    moved = movement(
        lambda noise: by_oracle(part, target, noise), exact, cell.dtype, formulas=formulas
    )
    return Probe(part, seen, exact, moved, compare(cell, exact, moved, seen))


def _run(part: Part, whole: Spec, session: Session, emission: Emission, dtype: str) -> Seen:
    training = part.phase == "training"
    batch = len(part.target) if training and part.spec.masks else None
    emitted = emission.of_part(whole, part.cut).emit(session.target.backend, part.spec, batch)
    session.load(part.spec, part.state, dtype=dtype, mask_batch=batch, emitted=emitted)
    if batch is not None:
        session.write(part.masks)
    found = session.gradients(part.inputs, part.target, training=training)
    return gradients_seen(part.phase, found)


def by_oracle(
    part: Part,
    target: Array,
    rounding: Rounding | None = None,
    formulas: Mapping[str, Formula] | None = None,
) -> Seen:
    """What the oracle gives, perhaps with other formulas in some of the part's layers."""
    training = part.phase == "training"
    found = oracle.gradients(
        part.spec, part.state, part.inputs, target, training=training,
        masks=part.masks if training else None, rounding=rounding, formulas=formulas,
    )  # fmt: skip
    return gradients_seen(part.phase, found)


def fair_target(part: Part, seen: Seen, formulas: Mapping[str, Formula] | None = None) -> Array:
    """Targets from which the oracle's backward pass starts as the framework's did."""
    given = seen[part.phase, "output", "output"]
    exact = by_oracle(part, part.target, None, formulas)[part.phase, "output", "output"]
    usable = given.shape == exact.shape and np.all(np.isfinite(given))
    return np.asarray(part.target + (exact - given)) if usable and not part.is_loss else part.target


def reproduces(found: Probe, formulas: Mapping[str, Formula]) -> bool:
    """Whether other formulas in some layers give all that the framework gave.

    Within the bound that rounding gives the oracle's own, relative to each tensor's scale.
    """
    part = found.part
    try:
        with np.errstate(all="ignore"):
            other = by_oracle(part, fair_target(part, found.seen, formulas), None, formulas)
    except UsageError:  # what the other formulas give is not finite
        return False
    return gives(found.rows[0], found.seen, found.exact, found.moved, other)


def gives(cell: Row, seen: Seen, exact: Seen, moved: Moved, other: Seen) -> bool:
    """Whether a framework gave other numbers than the exact ones, within the same bounds.

    A gradient that is zero may be missing.
    """
    unit = grain(cell.dtype)
    wide: Dict[Key, Array] = {}
    for key, array in other.items():
        least, before = magnitude(key, array), magnitude(key, exact[key])
        grown = np.maximum(1.0, least / np.where(before > 0, before, 1.0))
        wide[key] = np.maximum(moved[key] * grown, unit * least)
    given = {k: seen.get(k, array) for k, array in other.items() if k in seen or not array.any()}
    return all(row.verdict == AGREES for row in compare(cell, other, wide, given))
