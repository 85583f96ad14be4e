"""SGD with momentum: by hand, and by the closed form for a constant gradient."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import close, normal
from zoo.oracle.sgd import update
from zoo.training import SGD


def test_two_steps_by_hand() -> None:
    """From 1 with gradients 1 and 0.5 at rate 0.1 and momentum 0.9: 0.9, then 0.76."""
    declared, kept = SGD(learning_rate=0.1, momentum=0.9), {"velocity": np.zeros(1)}
    w, kept = update(declared, np.ones(1), np.ones(1), kept)
    close(w, [0.9])
    w, kept = update(declared, w, np.array([0.5]), kept)
    close(w, [0.76])
    close(kept["velocity"], [1.4])


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_constant_gradient(momentum: float) -> None:
    """After k steps the velocity is the gradient times 1 + m + ... + m^(k - 1)."""
    declared, gradient = SGD(learning_rate=0.3, momentum=momentum), normal(2, 3)
    w, kept, moved = np.zeros((2, 3)), {"velocity": np.zeros((2, 3))}, 0.0
    for k in range(1, 8):
        w, kept = update(declared, w, gradient, kept)
        factor = (1 - momentum**k) / (1 - momentum)
        moved += factor
        close(kept["velocity"], factor * gradient)
        close(w, -0.3 * moved * gradient)
