"""The tree of a model accounts for every parameter and operation, at every level."""

from __future__ import annotations

from typing import Iterator

import pytest

from zoo.models import registry
from zoo.summary import Branch, tree


def walk(branch: Branch) -> Iterator[Branch]:
    yield branch
    for child in branch.children:
        yield from walk(child)


@pytest.mark.parametrize("name", registry.MODELS)
def test_every_level_adds_up(name: str) -> None:
    """A block costs what its layers cost, and the model what the specification says."""
    spec = registry.build(name, "tiny")
    root = tree(spec)
    assert (root.parameters, root.flops) == (spec.parameter_count, spec.flops)
    for branch in filter(lambda each: each.children, walk(root)):
        assert branch.parameters == sum(child.parameters for child in branch.children)
        assert branch.flops == sum(child.flops for child in branch.children)
    leaves = sum(1 for each in walk(root) if not each.children)
    assert leaves == len(spec.nodes) + len(spec.inputs)


def test_default_attributes_are_left_out() -> None:
    """What is written of an op is what the model's author gave."""
    conv = tree(registry.build("lenet5")).children[1]
    assert (conv.name, conv.what) == ("conv1", "conv2d(channels=6, kernel=(5, 5))")
