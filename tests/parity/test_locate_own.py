"""An object that has no parts: its layers are told by the conventions that give its numbers."""

from __future__ import annotations

import sys
from typing import Any, Sequence

import attrs
import pytest

from tests.parity.planting import with_op
from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES, compare
from zoo.parity.emission import PLAIN, altered
from zoo.parity.locate_own import locate_own
from zoo.parity.location import OWN, STEPS
from zoo.parity.reference import Reference
from zoo.spec import Spec
from zoo.target import Target
from zoo.worker.pool import Pool

SPEC = registry.build("mlp", "tiny", drop_rate=0.0)
NORMS = [node for node in SPEC.nodes if node.op.kind == "batch_norm"]


def ran(mirror: Target, paths: Sequence[str], **changes: Any) -> Cell:
    """The cell of a program in which some batch norms have other attributes."""

    def change(spec: Spec) -> Spec:
        for path in paths:
            spec = with_op(spec, path=path, op=attrs.evolve(NORMS[0].op, **changes))
        return spec

    case = make_case(SPEC, batch=4, steps=1)
    emission = altered(change) if paths else PLAIN
    cell = Cell(Reference(case, "float64"), mirror, emission)
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        return judged(cell, pool, {})


@pytest.mark.parametrize(
    ("changes", "words", "phase"),
    [
        ({"epsilon": 1e-3}, "epsilon is 0.001", "evaluation"),
        ({"running_variance": "biased"}, "running variance is the biased one", "training"),
    ],
)
def test_a_convention_of_one_layer_or_of_all_is_named(mirror, changes, words, phase) -> None:
    """At the one layer, and at the first of all."""
    paths = [node.path for node in NORMS]
    assert len(paths) == 2
    for chosen, layer in ((paths[1:], paths[1]), (paths, f"{paths[0]} and 1 more")):
        cell = ran(mirror, chosen, **changes)
        assert cell.is_wrong
        found = locate_own(cell)
        assert (found.layer, found.kind, found.phase) == (layer, "batch_norm", phase)
        assert len(found.causes) == 1
        assert words in str(found)
        assert found.evidence == OWN


def test_what_no_convention_explains_is_said_to_be_so(mirror: Target) -> None:
    """No layer is named for numbers that are a little larger."""
    cell = ran(mirror, [])
    assert not cell.is_wrong
    seen = {key: array * 1.01 for key, array in cell.seen.items()}
    cell = attrs.evolve(cell, seen=seen, rows=compare(cell.row, cell.exact, cell.moved, seen))
    found = locate_own(cell)
    assert (found.layer, found.causes, found.finished) == ("", (), True)
    assert "no convention that is known" in str(found)


@pytest.mark.parametrize(
    ("optimizer", "causes"),
    [({"learning_rate": 0.2}, ("the learning rate is 0.2",)), ({"momentum": 0.42}, ())],
)
def test_where_only_training_steps_differ_no_layer_is_named(mirror, optimizer, causes) -> None:
    """A convention that changes nothing in evaluation and training would explain no step."""

    def change(spec: Spec) -> Spec:
        return spec.replace(optimizer=attrs.evolve(spec.optimizer, **optimizer))

    case = make_case(SPEC, batch=4, steps=2)
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        cell = judged(Cell(Reference(case, "float64"), mirror, altered(change)), pool, {})
    assert {row.phase for row in cell.rows if row.verdict != AGREES} == {"steps"}
    found = locate_own(cell)
    assert (found.layer, found.kind) == ("optimizer", SPEC.optimizer.kind)
    assert (found.phase, found.evidence, found.causes) == ("steps", STEPS, causes)
    assert "all gradients agree" in str(found)


def test_a_search_that_ran_out_of_time_says_so(mirror: Target) -> None:
    """And names nothing."""
    found = locate_own(ran(mirror, [NORMS[0].path], epsilon=1e-3), seconds=0.0)
    assert (found.layer, found.finished) == ("", False)
    assert "before it was through" in str(found)
