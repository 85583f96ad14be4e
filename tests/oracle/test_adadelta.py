"""Adadelta: ways of one weight that PyTorch, Keras and Chainer take."""

from __future__ import annotations

import pytest

from tests.oracle.checking import close, way
from zoo.training import Adadelta

WAYS = {
    # PyTorch 2.13.0 with rate 1, as it comes
    "pytorch": (Adadelta(rho=0.9, epsilon=1e-6), [0.9968377381511013, 0.9947526082891076]),
    # Keras 3.15.1 with rate 1
    "keras": (Adadelta(epsilon=1e-7), [0.9985857878518384, 0.9976729181398222]),
    # Chainer 7.8.1
    "paper": (Adadelta(), [0.9955279087656892, 0.9926411959090855]),
}


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


def test_the_rate_scales_the_step_and_nothing_that_is_kept() -> None:
    """A tenth of the rate is a tenth of the way."""
    whole, tenth = (way(Adadelta(learning_rate=rate), start=0.0) for rate in (1.0, 0.1))
    close([10 * each for each in tenth], whole)
