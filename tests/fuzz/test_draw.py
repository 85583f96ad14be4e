"""Random models: valid, varied, the same everywhere."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from typing import Any, Iterator

import attrs
import pytest

from zoo.fuzz.draw import INPUT_NAMES, Drawn, draw
from zoo.fuzz.layers import MAX_AXES
from zoo.ops import OPS
from zoo.parity.case import least_batch
from zoo.spec import Call, Spec
from zoo.training import LOSSES

DRAWS = 500


@pytest.fixture(scope="module")
def models() -> list[Drawn]:
    return [draw(number) for number in range(DRAWS)]


def ops_of(models: list[Drawn]) -> Iterator[Any]:
    for each in models:
        yield from (node.op for node in (*each.spec.inputs, *each.spec.nodes))


def calls_of(models: list[Drawn]) -> Iterator[Call]:
    def walk(body: Any) -> Iterator[Call]:
        for item in body:
            if isinstance(item, Call):
                yield item
                yield from walk(item.body)

    for each in models:
        yield from walk(each.spec.body)


def test_every_op_is_drawn(models: list[Drawn]) -> None:
    """Each in many models, so that a few hundred are enough to try it in several places."""
    counts = Counter(op.kind for op in ops_of(models))
    assert set(counts) == set(OPS)
    assert min(counts.values()) > DRAWS // 10


def test_every_choice_of_every_attribute_is_drawn(models: list[Drawn]) -> None:
    """Both values of what is true or false, every word, several numbers."""
    seen: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for op in ops_of(models):
        for name, value in op.attributes().items():
            seen[op.kind, name].add(value)
    for kind, op in OPS.items():
        for field in attrs.fields(op):
            schema, values = field.metadata["schema"], seen[kind, field.name]
            if "enum" in schema:
                assert values == set(schema["enum"]), (kind, field.name)
            elif schema["type"] == "boolean":
                assert values == {True, False}, (kind, field.name)
            else:
                assert len(values) > 2, (kind, field.name)


def test_windows_take_every_form(models: list[Drawn]) -> None:
    """Strides, dilation, groups and pads: none, alike on both sides, uneven, in all of them."""
    for kind in ("conv2d", "max_pool", "avg_pool"):
        found = [op for op in ops_of(models) if op.kind == kind]
        pads = [(top == bottom and left == right, top + left > 0) for top, bottom, left, right in
                (op.pads for op in found)]  # fmt: skip
        assert set(pads) >= {(True, True), (True, False), (False, True), (False, False)}
        for attribute in ("kernel", "stride"):
            sides = [getattr(op, attribute) for op in found]
            assert any(high != wide for high, wide in sides)
            assert any(max(pair) > 2 for pair in sides)
    convolutions = [node for each in models for node in each.spec.nodes if node.op.kind == "conv2d"]
    grouped = [
        "all" if c.op.groups == c.input_types[0].shape[0] else "some"
        for c in convolutions
        if c.op.groups > 1
    ]
    assert set(grouped) == {"all", "some"}
    assert any(max(c.op.dilation) > 1 and c.op.groups > 1 for c in convolutions)
    assert any(max(c.op.dilation) > 1 and max(c.op.stride) > 1 for c in convolutions)


def test_models_take_every_form(models: list[Drawn]) -> None:
    """Several inputs, integers, branches, chains, losses, batches of one, blocks in blocks."""
    specs = [each.spec for each in models]
    assert {spec.loss.kind for spec in specs} == set(LOSSES)
    assert {len(spec.inputs) for spec in specs} == {1, 2, 3}
    assert {node.type.dtype for spec in specs for node in spec.inputs} == {"float", "int"}
    assert {node.name for spec in specs for node in spec.inputs} == set(INPUT_NAMES)
    assert {each.batch for each in models} == {1, 2, 3, 4, 5}
    assert {bool(spec.optimizer.momentum) for spec in specs} == {True, False}
    assert any(not spec.output_type.shape for spec in specs)
    assert {len(node.type.shape) + 1 for spec in specs for node in spec.nodes} == set(
        range(1, MAX_AXES + 1)
    )
    for spec in specs:
        read = Counter(name for node in spec.nodes for name in node.inputs)
        if max(read.values()) > 2:
            break
    else:
        pytest.fail("no tensor is read more than twice")
    calls = list(calls_of(models))
    assert any("." in call.name for call in calls)
    assert any(isinstance(item, Call) for call in calls for item in call.body)
    assert {len(call.inputs) for call in calls} == {1, 2}


def test_calls_of_a_block_are_alike_and_differ(models: list[Drawn]) -> None:
    """In one model: some alike, some with other numbers, some with other layers."""
    kinds = Counter()
    for each in models:
        by_block = defaultdict(list)
        for call in calls_of([each]):
            by_block[call.block].append(call)
        for first, *others in by_block.values():
            for other in others:
                layers = [[item.name for item in call.body] for call in (first, other)]
                same = "alike" if first.body == other.body else "in numbers"
                kinds[same if layers[0] == layers[1] else "in layers"] += 1
    assert min(kinds[kind] for kind in ("alike", "in numbers", "in layers")) > 10


def test_a_model_survives_json(models: list[Drawn]) -> None:
    """As one that is written by hand does."""
    for each in models:
        assert Spec.from_json(each.spec.to_json()) == each.spec


def test_a_batch_is_large_enough_for_batch_norm(models: list[Drawn]) -> None:
    """A batch of one is drawn only where it can be trained on."""
    assert all(each.batch >= least_batch(each.spec) for each in models)
    assert any(least_batch(each.spec) == 2 for each in models)


def test_a_number_means_the_same_model_in_every_process() -> None:
    """Whatever Python's hashes are; another seed gives another model."""
    code = "from zoo.fuzz import draw; print(*(draw(n, 5).spec.hash for n in range(20)))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {" ".join(draw(n, 5).spec.hash for n in range(20)) + "\n"}
    assert draw(0, 5).spec.hash != draw(0, 6).spec.hash
