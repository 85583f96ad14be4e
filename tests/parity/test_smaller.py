"""Failed cells are made smaller."""

from __future__ import annotations

import sys

import attrs

from tests.parity.planting import with_op
from zoo.models import registry
from zoo.ops.batch_norm import BatchNorm
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.emission import altered
from zoo.parity.locate import locate
from zoo.parity.reference import Reference
from zoo.parity.smaller import smaller, summary
from zoo.spec import Spec
from zoo.target import Target
from zoo.worker.pool import Pool


def other_epsilon(spec: Spec) -> Spec:
    """As a framework with another default: in every batch norm."""
    for node in spec.nodes:
        if isinstance(node.op, BatchNorm):
            spec = with_op(spec, node.path, attrs.evolve(node.op, epsilon=1e-3))
    return spec


def test_what_is_left_is_the_layer_at_fault(mirror: Target) -> None:
    """It still fails, and in the same way."""
    case = make_case(registry.build("mlp", "tiny"), batch=4, steps=2)
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        cell = Cell(Reference(case, "float64"), mirror, altered(other_epsilon))
        cell = judged(cell, pool, {})
        less = smaller(cell, locate(cell, pool.session(mirror)), pool)
    assert less.is_wrong
    assert [node.op.kind for node in less.case.spec.nodes] == ["batch_norm"]
    assert summary(less) == "batch_norm on (4, 1)"


def test_without_time_the_cell_stays_as_it_is(mirror: Target) -> None:
    """Nothing is made of it that was not seen to fail."""
    case = make_case(registry.build("mlp", "tiny"), batch=4, steps=1)
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        cell = Cell(Reference(case, "float64"), mirror, altered(other_epsilon))
        cell = judged(cell, pool, {})
        found = locate(cell, pool.session(mirror))
        assert smaller(cell, found, pool, seconds=0.0) is cell
