"""Which cells there are, what they are called, and which are measured in turns."""

from __future__ import annotations

import pytest

from zoo.bench.cells import blocks, of_spec, parse_sweep, planned
from zoo.bench.suite import Group, Suite
from zoo.errors import UsageError
from zoo.models import registry


def suite(*groups: Group) -> Suite:
    return Suite("some", "Some.", list(groups))


def test_every_combination_is_a_cell_and_each_is_there_once():
    """Two groups that overlap make no cell twice."""
    group = Group(
        ["mlp"], ["torch,mxnet"], preset="tiny", batches=[1, 2], threads=[1],
        profiles=["default", "passive"],
    )  # fmt: skip
    names = [cell.name for cell in planned(suite(group, group))]
    assert names == [
        f"mlp(preset=tiny)/{backend}/float32/cpu/b{batch}/t1{profile}"
        for batch in (1, 2)
        for profile in ("", "/passive")
        for backend in ("torch:eager", "mxnet:hybrid")
    ]


def test_cells_of_one_model_batch_and_threads_take_turns():
    """Backends and profiles are compared within a block; batches are blocks of their own."""
    group = Group(
        ["mlp", "lenet5"], ["torch,mxnet"], preset="tiny", batches=[1, 2], threads=[1],
        profiles=["default", "passive"],
    )  # fmt: skip
    found = blocks(planned(suite(group)))
    assert [len(block) for block in found] == [4, 4, 4, 4]
    assert [(b[0].model, b[0].batch) for b in found] == [
        ("mlp", 1), ("mlp", 2), ("lenet5", 1), ("lenet5", 2),
    ]  # fmt: skip


def test_a_device_is_a_block_of_its_own():
    """A GPU's cells do not take turns with those of the CPU."""
    group = Group(["mlp"], ["torch,torch@gpu"], preset="tiny", threads=[1])
    assert len(blocks(planned(suite(group)))) == 2


def test_a_specification_goes_by_its_own_name():
    """It has no arguments to be told apart by."""
    spec = registry.build("lenet5", "tiny").replace(name="mine")
    (cell,) = of_spec(spec, Group(["mine"], ["jax"], batches=[3], threads=[2]))
    assert cell.name == "mine/jax:jit/float32/cpu/b3/t2"
    assert cell.arguments == {}


def test_a_sweep_changes_arguments():
    """Each value makes a model of its own."""
    group = Group(["transformer"], ["torch"], preset="tiny", sweep={"layers": [1, 3]})
    cells = planned(suite(group))
    assert [dict(cell.arguments)["layers"] for cell in cells] == [1, 3]
    assert cells[0].spec != cells[1].spec


def test_two_specifications_of_one_name_are_refused(tmp_path):
    """One of them would be lost."""
    for name, preset in (("a", "tiny"), ("b", "digits")):
        (tmp_path / f"{name}.json").write_text(registry.build("mlp", preset).to_json())
    models = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    assert len(planned(suite(Group(models[:1] * 2, ["torch"])))) == 1
    with pytest.raises(UsageError, match="two specifications are called mlp"):
        planned(suite(Group(models, ["torch"])))


def test_sweeps_are_read_from_words():
    """Whole numbers, numbers with a point, and tuples with plus signs."""
    found = parse_sweep(("batch=1,2", "drop_rate=0.1,0.5", "hidden=4+4,8"))
    assert found == {"batch": [1, 2], "drop_rate": [0.1, 0.5], "hidden": [(4, 4), 8]}


@pytest.mark.parametrize("word", ["batch", "batch=", "=1", "batch=x", "hidden=4+x"])
def test_other_words_are_refused(word):
    """The message shows what a sweep looks like."""
    with pytest.raises(UsageError, match="--sweep takes NAME=VALUE,VALUE"):
        parse_sweep((word,))
