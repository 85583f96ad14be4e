"""Known other conventions of each layer."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from tests.conformance.cases import CASES
from tests.parity.planting import with_op
from zoo.oracle.base import Formula, Given
from zoo.oracle.table import formula_of
from zoo.parity.variants import RULES, Variant, variants
from zoo.spec import Spec, initial
from zoo.spec.graph import FlatNode
from zoo.spec.op import OPS

BATCH = 4
ONLY_GRADIENT = {
    "gradient_cut_off", "parameter_without_gradient", "repeated_rows", "padding_row",
}  # fmt: skip


def layers() -> dict[str, FlatNode]:
    """A layer of each kind and attributes, from the cases that every backend is asked."""
    found = {}
    for spec in CASES.values():
        for node in spec.nodes:
            found.setdefault(f"{node.op} {node.input_types}", node)
    return found


LAYERS = layers()


def given(node: FlatNode, training: bool) -> Given:
    """Numbers for a layer; nothing of them zero or one, nothing equal."""
    random = np.random.default_rng(zlib.crc32(node.path.encode()))
    inputs = [
        random.integers(0, node.op.attributes()["vocabulary"], (BATCH, *type.shape))
        if type.dtype == "int"
        else 3 * random.normal(size=(BATCH, *type.shape))
        for type in node.input_types
    ]
    states = {s.name: random.uniform(0.5, 1.5, s.shape) for s in node.states()}
    drawn = node.masks() if training else ()
    masks = {m.name: random.integers(0, 2, (BATCH, *m.shape)).astype(float) for m in drawn}
    return Given(inputs, states, masks, training)


def test_every_op_is_known() -> None:
    """All ops that compute something have rules or keep their shape, where leaving out is one."""
    assert set(RULES) == set(OPS) - {"input"}


def everything(formula: Formula, numbers: Given) -> dict[str, Any]:
    """Output, statistics and gradients."""
    result = formula.forward(numbers)
    grad = np.cos(np.arange(result.output.size)).reshape(result.output.shape)
    found = formula.backward(grad, result.saved)
    inputs = {f"input {i}": x for i, x in enumerate(found.inputs) if x is not None}
    return {"output": result.output, **numbers.states, **result.statistics, **inputs,
            **{f"gradient of {n}": x for n, x in found.parameters.items()}}  # fmt: skip


def test_alternatives_keep_the_shapes_and_each_differs_on_some_layer() -> None:
    """In the output, a statistic or a gradient, in one of the modes; each has words of its own."""
    every, differ = set(), set()
    for node in LAYERS.values():
        found = variants(node)
        assert len({v.words for v in found}) == len(found)
        every.update((node.op.kind, v.name) for v in found)
        for training in (False, True):
            numbers = given(node, training)
            wanted = everything(formula_of(node.op), numbers)
            for variant in found:
                got = everything(variant.formula, numbers)
                assert all(got[n].shape == wanted[n].shape for n in got)
                if any(not np.array_equal(got.get(n, 0), wanted[n]) for n in wanted):
                    differ.add((node.op.kind, variant.name))
    assert differ == every


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("node", [pytest.param(n, id=k) for k, n in LAYERS.items()])
def test_gradients_are_those_of_the_alternative(node: FlatNode, training: bool) -> None:
    """The slope along a random direction, by central differences."""
    numbers, random = given(node, training), np.random.default_rng(1)
    ways = [random.normal(size=x.shape) if x.dtype.kind == "f" else None for x in numbers.inputs]
    trained = sorted(s.name for s in node.states() if s.role == "parameter")
    turns = {n: random.normal(size=numbers.states[n].shape) for n in trained}
    grad = random.normal(size=(BATCH, *node.type.shape))

    def moved(variant: Variant, step: float) -> float:
        inputs = [x if w is None else x + step * w for x, w in zip(numbers.inputs, ways)]
        states = {n: x + step * turns[n] if n in turns else x for n, x in numbers.states.items()}
        output = variant.formula.forward(numbers._replace(inputs=inputs, states=states)).output
        return float(np.sum(output * grad))

    for variant in variants(node):
        if variant.name not in ONLY_GRADIENT:
            found = variant.formula.backward(grad, variant.formula.forward(numbers).saved)
            slope = sum(np.sum(x * w) for x, w in zip(found.inputs, ways) if w is not None)
            slope += sum(np.sum(x * turns[n]) for n, x in found.parameters.items())
            step = 1e-6
            measured = (moved(variant, step) - moved(variant, -step)) / (2 * step)
            assert slope == pytest.approx(measured, rel=1e-6, abs=1e-6), variant.words


def test_what_attributes_express_can_be_planted() -> None:
    """The model with the variant's op is valid and has the same arrays."""
    count = 0
    for spec in CASES.values():
        for node in spec.nodes:
            for variant in variants(node):
                if variant.op is not None:
                    planted = with_op(spec, node.path, variant.op)
                    assert Spec.from_json(planted.to_json()) == planted
                    assert planted != spec
                    assert planted.states.keys() == spec.states.keys()
                    assert initial.masks(planted, 2).keys() == initial.masks(spec, 2).keys()
                    count += 1
    assert count > 100
