"""NAdam: ways of one weight that PyTorch, Keras and MXNet take."""

from __future__ import annotations

import pytest

from tests.oracle.checking import close, way
from zoo.training import NAdam

WAYS = {
    # MXNet 1.9.1; PyTorch 2.13.0 where the default dtype, its product of momenta's, is float64
    "paper": (NAdam(learning_rate=0.1), [0.894354823220913, 0.8419624938466683]),
    # Keras 3.15.1
    "keras": (
        NAdam(learning_rate=0.1, momentum_decay=1.0, epsilon=1e-7),
        [0.8937212302969999, 0.841563058794699],
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


def test_the_first_step_looks_ahead() -> None:
    """(1 - mu1) / (1 - mu1) + mu2 (1 - beta1) / (1 - mu1 mu2), times the rate."""
    mu1, mu2 = (0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in (1, 2))
    wanted = 1.0 - 0.1 * (1 + mu2 * 0.1 / (1 - mu1 * mu2))
    close(way(NAdam(learning_rate=0.1, epsilon=1e-30), [1.0]), [wanted])
