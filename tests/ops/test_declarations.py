"""What every op declares, checked against figures from the literature and by counting."""

from __future__ import annotations

import math

import attrs
import pytest

from tests.conformance.cases import CASES
from zoo.errors import SpecError
from zoo.models import registry
from zoo.ops import OPS
from zoo.spec.op import TensorType, same_pads


def test_parameter_counts_are_the_published_ones() -> None:
    """ResNet-20: 0.27 M (He et al. 2015, table 6), here with projections; LeNet-5: 61,706."""
    assert round(registry.build("resnet20").parameter_count / 1e6, 2) == 0.27
    assert registry.build("lenet5").parameter_count == 61_706


def test_flops_are_twice_the_published_multiply_adds() -> None:
    """ResNet-20 on 32 x 32 does 41 M multiply-adds; other layers add a little."""
    assert 2 * 40.5e6 < registry.build("resnet20").flops < 2 * 41.5e6


@pytest.mark.parametrize("name", CASES)
def test_flops_and_states_are_consistent(name: str) -> None:
    """FLOPs are never negative, states have sizes, statistics are not trained."""
    for node in CASES[name].nodes:
        assert node.op.flops(*node.input_types) >= 0
        for state in node.states():
            assert all(size > 0 for size in state.shape)
            assert state.role in ("parameter", "statistic")
            assert state.law in ("zeros", "ones", "normal")
            assert (state.std > 0) == (state.law == "normal")


def test_every_op_file_declares_one_op_of_its_name() -> None:
    """A newcomer finds an op by its name."""
    for kind, op in OPS.items():
        assert op.kind == kind
        assert op.__module__ == f"zoo.ops.{kind}"


def test_every_attribute_has_a_schema() -> None:
    """Attributes are numbers, words, flags or tuples, never objects."""
    for op in OPS.values():
        for field in attrs.fields(op):
            assert "schema" in field.metadata, f"{op.kind}.{field.name}"


def test_ops_are_immutable() -> None:
    """A specification cannot change behind its hash."""
    op = OPS["dense"](units=3)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        op.units = 4


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pads"),
    [
        (224, 7, 2, (2, 3)),
        (5, 3, 2, (1, 1)),
        (6, 3, 2, (0, 1)),
        (7, 1, 3, (0, 0)),
        (4, 3, 1, (1, 1)),
    ],
)
def test_same_pads_follow_tensorflow(size: int, kernel: int, stride: int, pads: tuple) -> None:
    """Values of tf.nn.conv2d's documentation; the odd one goes to the end."""
    assert same_pads((size, size), (kernel, kernel), (stride, stride)) == pads * 2
    assert (size + sum(pads) - kernel) // stride + 1 == math.ceil(size / stride)


def test_a_shape_rule_speaks_of_the_shape_that_was_given() -> None:
    """The message holds the offending shape."""
    with pytest.raises(SpecError, match=r"\(batch, 3\)"):
        OPS["conv2d"](channels=2, kernel=3).infer(TensorType((3,)))
