"""The distance from kinks: the smallest, relative to its tensor; structure is no accident."""

from __future__ import annotations

import numpy as np

from zoo.ops.max_pool import MaxPool
from zoo.ops.relu import Relu
from zoo.oracle import kinks, max_pool, relu
from zoo.oracle.base import Given


def distance(*calls: tuple) -> float:
    with kinks.watched() as watch:
        for module, op, values in calls:
            module.forward(op, Given([np.array(values, float)]))
    return watch.distance


def test_the_value_nearest_to_zero_counts() -> None:
    """On either side, over several layers, relative to the largest value; zeros do not."""
    assert distance((relu, Relu(), [[4.0, 1.0, -0.5, 0.0]])) == 0.125
    assert distance((relu, Relu(), [[1.0]]), (relu, Relu(), [[2.0, 0.1]])) == 0.05
    assert distance((relu, Relu(), [[0.0]])) == float("inf")


def test_the_two_largest_of_a_window_count() -> None:
    """What is smaller, exact ties and padding do not."""
    op = MaxPool(kernel=(1, 3), stride=(1, 3))
    assert distance((max_pool, op, [[[[4.0, 3.0, 2.9]]]])) == 0.25
    assert distance((max_pool, op, [[[[4.0, 4.0, 3.0]]]])) == float("inf")
    padded = MaxPool(kernel=(1, 3), stride=(1, 3), pads=(0, 0, 2, 0))
    assert distance((max_pool, padded, [[[[4.0]]]])) == float("inf")


def test_nothing_is_measured_unless_asked() -> None:
    """A run outside gives the same result, and one inside another leaves it alone."""
    x = np.array([[3.0, -1.0]])
    with kinks.watched() as outer:
        with kinks.watched() as inner:
            relu.forward(Relu(), Given([x]))
        assert outer.distance == float("inf")
        assert inner.distance == 1 / 3
    np.testing.assert_array_equal(relu.forward(Relu(), Given([x])).output, [[3.0, 0.0]])
