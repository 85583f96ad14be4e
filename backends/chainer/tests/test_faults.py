"""Faults of Chainer 7.8.1 that are kept away from; run by the interpreter that has Chainer.

When Chainer no longer shows a fault, its test fails, and what works around it can go.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

import zoo
from zoo.ops import add, avg_pool, conv2d, dense, input, relu
from zoo.spec import Tensor, model
from zoo.training import SGD, MeanSquaredError

pytestmark = [pytest.mark.framework, pytest.mark.filterwarnings("ignore")]


@model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
def branches() -> Tensor:
    """The gradient of a sum belongs to both of its terms."""
    x = input("x", (2, 5, 5))
    return add(avg_pool(x, 3, stride=1, pads=1, count_padding=False), conv2d(x, 2, 1))


@model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
def chain() -> Tensor:
    """Four links with a function between them."""
    x = input("x", (3,))
    for index, units in enumerate([4, 5, 6]):
        x = dense(x, units, name=f"body.{index}")
    return dense(relu(x, name="body.3"), 7, name="body.4")


def test_average_pooling_without_padding_spoils_a_shared_gradient() -> None:
    """The fault: what else is added gets the gradient divided by the sizes of the windows."""
    import chainer
    import chainer.functions as F

    x, other = chainer.Variable(np.ones((1, 1, 4, 4))), chainer.Variable(np.ones((1, 1, 2, 2)))
    y = F.average_pooling_nd(x, 3, 2, 1, pad_value=None) + other
    F.sum(y * y).backward()
    assert not np.allclose(other.grad, 2 * y.array)


def test_sequential_numbers_its_links_in_an_order_of_its_own() -> None:
    """The fault: from the second link on, names count backwards."""
    import chainer
    import chainer.links as L

    links = [L.Linear(1, units) for units in (1, 2, 3, 4)]
    named = dict(chainer.Sequential(*links).namedparams())
    assert [len(named[f"/{index}/b"]) for index in range(4)] == [1, 4, 3, 2]


def test_centered_rmsprop_takes_the_root_of_negative_numbers() -> None:
    """The fault: while gradients stay the same, rounding makes their spread negative."""
    import chainer

    link = chainer.Link()
    with link.init_scope():
        link.weight = chainer.Parameter(np.zeros(1000, np.float32))
    optimizer = chainer.optimizers.RMSpropGraves(alpha=0.5, eps=1e-8).setup(link)
    for _ in range(60):
        link.weight.grad = np.linspace(-3, 3, 1000, dtype=np.float32)
        optimizer.update()
    assert np.isnan(link.weight.array).any()


@pytest.mark.parametrize("spec", [branches(), chain()], ids=["average pooling", "sequential"])
def test_emitted_sources_keep_away_from_them(spec: zoo.Spec) -> None:
    """Every gradient and every parameter is the oracle's."""
    report = zoo.parity(spec, backends=["chainer"], python={"chainer": sys.executable})
    assert report.passed, report.worst
