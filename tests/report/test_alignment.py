"""Corresponding parts of the real emitters' programs share a row, and no part is lost."""

from __future__ import annotations

from collections import Counter

import pytest

import zoo.ops as ops
from zoo import plugins
from zoo.emit.base import Part, Program
from zoo.models import registry
from zoo.report.alignment import KINDS, Row, align
from zoo.spec import Spec, block
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError

THREE = ("torch", "tensorflow", "mxnet")


def programs(spec: Spec, *names: str) -> list[Program]:
    return [plugins.backend(name).emit(spec) for name in names]


def names(row: Row) -> list[list[str]]:
    return [[part.name for part in parts] for parts in row.cells]


def row(rows: list[Row], title: str) -> Row:
    (found,) = [each for each in rows if each.title == title]
    return found


def made_of(*parts: tuple[str, str]) -> Program:
    return Program("Model", tuple(Part(kind, name, f"# {name}") for kind, name in parts))


def test_a_block_stands_beside_itself() -> None:
    """ResNet's blocks are a row each, with the class of each framework in its place."""
    spec = registry.build("resnet20")
    rows = align(spec, programs(spec, *THREE))
    titles = [each.title for each in rows if each.kind == "block"]
    assert titles == ["ProjectionShortcut", "BasicBlock"]
    assert names(row(rows, "BasicBlock")) == [["BasicBlock"]] * 3
    assert row(rows, "BasicBlock").cells[1][0].text.startswith("class BasicBlock(tf.Module):")


@pytest.mark.parametrize("model", registry.MODELS)
def test_no_backend_lacks_a_block(model: str) -> None:
    """Whatever idiom a backend has, each of its blocks finds the others' row."""
    spec = registry.build(model)
    for each in align(spec, programs(spec, *plugins.backends())):
        if each.kind != "helper":
            assert all(each.cells), each.title


@pytest.mark.parametrize("model", registry.MODELS)
def test_every_part_stands_in_one_cell(model: str) -> None:
    """Rows are another order of the same parts."""
    spec = registry.build(model)
    given = programs(spec, *plugins.backends())
    rows = align(spec, given)
    for column, program in enumerate(given):
        shown = Counter(part for each in rows for part in each.cells[column])
        assert shown == Counter(program.parts)


def test_functions_stand_beside_classes() -> None:
    """`init_basic_block` and `basic_block` share the cell beside `BasicBlock`."""
    spec = registry.build("resnet20")
    classes = made_of(("block", "BasicBlock"), ("model", "ResNet20"))
    functions = made_of(
        ("block", "init_basic_block"), ("block", "basic_block"), ("model", "resnet20")
    )
    block_row, model_row = align(spec, [functions, classes])
    assert names(block_row) == [["init_basic_block", "basic_block"], ["BasicBlock"]]
    assert (block_row.title, model_row.title) == ("BasicBlock", "ResNet20")
    assert names(model_row) == [["resnet20"], ["ResNet20"]]


@block
def dense(x, units):
    return ops.relu(ops.dense(x, units))


def test_a_block_with_the_name_of_a_helper_keeps_its_row() -> None:
    """TensorFlow has a helper `Dense`, so it calls the block `Dense2`."""
    spec = trace(
        lambda: dense(ops.input("x", (3,)), 2, name="layer"), name="small", summary="Small",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip
    rows = align(spec, programs(spec, "torch", "tensorflow"))
    (found,) = [each for each in rows if each.kind == "block"]
    assert (found.title, names(found)) == ("Dense", [["Dense"], ["Dense2"]])


def test_a_block_of_two_classes_has_two_rows() -> None:
    """The second class of a block stands beside the others' second class."""
    spec = registry.build("resnet20")
    one = made_of(("block", "BasicBlock"), ("block", "BasicBlock2"))
    other = made_of(("block", "BasicBlock3"), ("block", "BasicBlock4"), ("block", "BasicBlock5"))
    rows = align(spec, [one, other])
    assert [names(each) for each in rows] == [
        [["BasicBlock"], ["BasicBlock3"]],
        [["BasicBlock2"], ["BasicBlock4"]],
        [[], ["BasicBlock5"]],
    ]
    assert [each.title for each in rows] == ["BasicBlock", "BasicBlock2", "BasicBlock3"]


def test_helpers_that_several_have_are_rows() -> None:
    """The helpers of one backend alone share the last row."""
    spec = registry.build("resnet20")
    rows = align(spec, programs(spec, *THREE))
    batch_norm, others = [each for each in rows if each.kind == "helper"]
    assert batch_norm.title == "BatchNorm"
    assert [cell[0] if cell else None for cell in names(batch_norm)] == [
        None,
        "BatchNorm",
        "BatchNorm",
    ]
    assert names(others)[1] == ["Dense", "Conv2D", "BatchNorm2D"]
    assert rows[-1] is others


def test_a_single_program_has_a_row_for_each_helper() -> None:
    """There is nobody to share them with."""
    spec = registry.build("resnet20")
    (program,) = programs(spec, "tensorflow")
    helpers = [part.name for part in program.parts if part.kind == "helper"]
    rows = align(spec, [program])
    assert [each.title for each in rows if each.kind == "helper"] == helpers


def test_rows_keep_the_order_of_every_program() -> None:
    """What only a later program has comes where that one has it."""
    spec = registry.build("mlp")
    one = made_of(("block", "A"), ("block", "C"), ("model", "M"), ("training", ""))
    other = made_of(("header", ""), ("block", "B"), ("block", "C"), ("block", "D"), ("model", "M"))
    rows = align(spec, [one, other])
    blocks = [each.title for each in rows if each.kind == "block"]
    assert sorted(blocks) == ["A", "B", "C", "D"]
    assert blocks.index("A") < blocks.index("C") < blocks.index("D")
    assert blocks.index("B") < blocks.index("C")
    kinds = [KINDS.index(each.kind) for each in rows]
    assert kinds == sorted(kinds)


def test_a_refused_program_has_empty_cells() -> None:
    """The others are aligned as if it were not there, in their own columns."""
    spec = registry.build("resnet20")
    torch, mxnet = programs(spec, "torch", "mxnet")
    without = align(spec, [torch, mxnet])
    rows = align(spec, [torch, None, mxnet])
    assert [each.cells for each in rows] == [(a, (), b) for a, b in (r.cells for r in without)]


def test_a_link_to_a_block_holds_whichever_backends_are_shown() -> None:
    """Anchors are unique on a page, and a block's is made of its own name."""
    spec = registry.build("resnet20")
    alone = align(spec, programs(spec, "mxnet"))
    rows = align(spec, programs(spec, *THREE))
    anchors = [each.anchor for each in rows]
    assert len(set(anchors)) == len(anchors)
    assert row(rows, "BasicBlock").anchor == row(alone, "BasicBlock").anchor == "block-basicblock"
