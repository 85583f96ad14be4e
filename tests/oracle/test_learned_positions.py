"""Learned positions: output example by example."""

from __future__ import annotations

import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.learned_positions import LearnedPositions


@pytest.mark.parametrize("batch", [1, 3])
def test_every_example_gets_the_same_rows(batch: int) -> None:
    """y - x is the weight."""
    op = LearnedPositions()
    data = given(op, (batch, 4, 3))
    for x, y in zip(data.inputs[0], output(op, data)):
        close(y - x, data.states["weight"])
    check_gradient(op, data)
