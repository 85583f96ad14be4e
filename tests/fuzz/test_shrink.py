"""What fails becomes as small as it can be, whatever it is and wherever it sits."""

from __future__ import annotations

from typing import Callable

import pytest

from zoo.fuzz import draw, shrink
from zoo.ops import add, conv2d, dense, dropout, flatten, input, max_pool, relu, tanh
from zoo.spec import Call, Spec, Tensor, block
from zoo.spec.op import Op
from zoo.spec.trace import trace
from zoo.summary import listing
from zoo.training import SGD, SoftmaxCrossEntropy


@block
def stage(x: Tensor, units: int, rate: float) -> Tensor:
    y = dropout(relu(dense(x, units)), rate)
    return tanh(add(y, dense(x, units)))


def large() -> Spec:
    def make() -> Tensor:
        image, vector = input("image", (4, 9, 8)), input("vector", (6,))
        x = conv2d(image, 6, 3, stride=2, dilation=(1, 2), groups=2, pads=1)
        x = flatten(max_pool(x, 2, stride=1))
        for index in range(3):
            x = stage(x, 6, 0.3, name=f"stages.{index}")
        return dense(add(x, vector, tanh(vector)), 5)

    return trace(
        make, name="large", summary="Large", loss=SoftmaxCrossEntropy(),
        optimizer=SGD(learning_rate=0.1, momentum=0.9),
    )  # fmt: skip


def kinds(spec: Spec) -> list[str]:
    return [node.op.kind for node in spec.nodes]


FAULTS: dict[str, tuple[Callable[[Op], bool], list[str]]] = {
    "dropout": (
        lambda op: op.kind == "dropout" and op.drop_rate > 0.2,
        [
            "flatten1 = input(shape=(1,))",
            "stages_0_dense1 = dense(flatten1, units=1)",
            "stages_0_dropout1 = dropout(stages_0_dense1, drop_rate=0.3)",
        ],
    ),
    "dilation": (
        lambda op: op.kind == "conv2d" and op.dilation[1] > 1,
        [
            "image = input(shape=(1, 1, 1))",
            "conv1 = conv2d(image, channels=1, kernel=(1, 1), dilation=(1, 2))",
        ],
    ),
    "groups": (
        lambda op: op.kind == "conv2d" and op.groups > 1,
        [
            "image = input(shape=(2, 1, 1))",
            "conv1 = conv2d(image, channels=2, kernel=(1, 1), groups=2)",
        ],
    ),
    "max_pool": (
        lambda op: op.kind == "max_pool",
        [
            "image = input(shape=(1, 1, 1))",
            "conv1 = conv2d(image, channels=1, kernel=(1, 1))",
            "pool1 = max_pool(conv1, kernel=(1, 1), stride=(1, 1))",
        ],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_op_leaves_little_else(fault: str) -> None:
    """The op, one layer with parameters if it has none, sizes of one, plain training, no blocks."""
    is_fault, wanted = FAULTS[fault]
    small = shrink(large(), lambda spec: any(is_fault(node.op) for node in spec.nodes))
    assert listing(small) == [*wanted, "loss: mean_squared_error"]
    assert small.optimizer.momentum == 0


def test_a_fault_that_needs_blocks_keeps_them() -> None:
    """Two calls of one block, each made small; the chain and its names go if they can."""

    def fails(spec: Spec) -> bool:
        return sum(isinstance(item, Call) for item in spec.body) >= 2

    small = shrink(large(), fails)
    assert [type(item) for item in small.body if isinstance(item, Call)] == [Call, Call]
    assert len(small.nodes) <= 3


def test_a_fault_of_two_ops_keeps_both() -> None:
    """A branch that neither needs goes."""
    small = shrink(large(), lambda spec: {"max_pool", "dropout"} <= set(kinds(spec)))
    assert set(kinds(small)) <= {"max_pool", "dropout", "dense", "conv2d", "flatten"}
    assert len(small.nodes) <= 5


def test_what_cannot_be_smaller_stays() -> None:
    """And no model is tried twice, nor more than are allowed."""
    spec, tried = draw(7).spec, []

    def never(candidate: Spec) -> bool:
        tried.append(candidate.hash)
        return False

    assert shrink(spec, never) is spec
    assert len(set(tried)) == len(tried)
    assert spec.hash not in tried
    tried.clear()
    shrink(spec, never, checks=5)
    assert len(tried) == 5


def test_a_candidate_is_smaller_and_valid() -> None:
    """Every model that is tried has no more layers and could have been written by hand."""
    spec = large()

    def check(candidate: Spec) -> bool:
        assert len(candidate.nodes) <= len(spec.nodes)
        assert Spec.from_json(candidate.to_json()) == candidate
        return False

    shrink(spec, check)
