"""Why a layer disagrees, in words: the known other conventions that give the same numbers."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Iterable, Iterator, List, Sequence, Tuple

import attrs
import numpy as np

from zoo.errors import UsageError
from zoo.oracle.table import formula_of
from zoo.parity.case import Seen, seen_by_oracle
from zoo.parity.cell import Cell
from zoo.parity.probe import Probe, gives, reproduces
from zoo.parity.variants import Variant, variants
from zoo.parity.variants.losses import loss_variants
from zoo.parity.variants.training import TrainingVariant, training_variants
from zoo.spec.graph import FlatNode

InTime = Callable[[], bool]


def of_layer(node: FlatNode, probes: Sequence[Probe], in_time: InTime) -> List[str]:
    """Other conventions of a layer that reproduce what a framework gave.

    Args:
        node: the layer as it is called in the parts.
        probes: of parts with that layer, the first of which fails. Conventions that give the
            numbers of all are the causes, two at once if no single one does; failing that, those
            that give the first one's.
        in_time: whether there is time for more.
    """
    singles = variants(node)
    found, partly = _that_reproduce(singles, node, probes, in_time)
    if not found:
        found, others = _that_reproduce(_combined(node, singles), node, probes, in_time)
    return [variant.words for variant in found or partly or others]


def _that_reproduce(
    candidates: Iterable[Variant], node: FlatNode, probes: Sequence[Probe], in_time: InTime
) -> Tuple[List[Variant], List[Variant]]:
    """Those that give the numbers of all parts, and those that give the first one's alone."""
    wholly: List[Variant] = []
    partly: List[Variant] = []
    for variant in candidates:
        formulas = {node.path: variant.formula}
        if in_time() and reproduces(probes[0], formulas):
            fits = all(reproduces(each, formulas) for each in probes[1:])
            (wholly if fits else partly).append(variant)
    return wholly, partly


def _combined(node: FlatNode, singles: Sequence[Variant]) -> Iterator[Variant]:
    """Two conventions at once, where attributes express them."""
    expressed = [each for each in singles if each.op is not None]
    for one, other in itertools.combinations(expressed, 2):
        changes = [_changes(node.op, each.op) for each in (one, other)]
        if not set(changes[0]) & set(changes[1]):
            op = attrs.evolve(node.op, **changes[0], **changes[1])
            words = f"{one.words}, and {other.words}"
            yield Variant(f"{one.name}+{other.name}", words, formula_of(op), op)


def _changes(before: Any, after: Any) -> dict[str, Any]:
    old = before.attributes()
    return {name: value for name, value in after.attributes().items() if value != old[name]}


def of_loss(found: Probe, in_time: InTime) -> List[str]:
    """Other conventions of the loss; value and gradient are judged."""
    words = []
    part = found.part
    for variant in loss_variants(part.spec.loss):
        if not in_time():
            break
        output = found.exact[part.phase, "output", "output"]
        value, grad = variant.function(output, part.target)
        other: Seen = {
            (part.phase, "loss", "loss"): np.asarray(value),
            (part.phase, "input-gradient", "x"): grad,
        }
        if gives(found.rows[0], found.seen, found.exact, found.moved, other):
            words.append(variant.words)
    return words


def of_training(cell: Cell, in_time: InTime) -> List[str]:
    """Other conventions of the training step that give the parameters that a framework got.

    What the optimizer keeps is left out: frameworks that keep it times the learning rate are read
    with the rate that the specification has.
    """
    words = []
    exact, seen = (
        {k: a for k, a in found.items() if k[0] == "steps" and k[1] != "optimizer-state"}
        for found in (cell.exact, cell.seen)
    )
    for variant in (*training_variants(cell.case.spec), *_other_rate(cell)):
        if not in_time():
            break
        try:
            other = seen_by_oracle(attrs.evolve(cell.case, spec=variant.spec))
        except UsageError:
            continue
        known = {key: array for key, array in other.items() if key in exact}
        if gives(cell.row, seen, exact, cell.moved, known):
            words.append(variant.words)
    return words


def _other_rate(cell: Cell) -> Iterator[TrainingVariant]:
    """The learning rate that would make the first updates as large as they are."""
    spec, above, below = cell.case.spec, 0.0, 0.0
    for name, state in spec.states.items():
        key = ("steps", "parameter", name)
        if state.role == "parameter" and key in cell.seen:
            update = cell.exact[key][0] - cell.case.state[name]
            above += float(np.sum(update * (cell.seen[key][0] - cell.case.state[name])))
            below += float(np.sum(update * update))
    if above > 0 and below > 0:
        rate = spec.optimizer.learning_rate * above / below
        optimizer = attrs.evolve(spec.optimizer, learning_rate=rate)
        words = f"the learning rate is {rate:.10g}"
        yield TrainingVariant(words, spec.replace(optimizer=optimizer))
