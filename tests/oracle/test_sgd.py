"""SGD: ways of one weight that PyTorch, Keras, MXNet and Chainer take, and closed forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.checking import close, way
from zoo.training import SGD, Constant, StepDecay

RATE = {"learning_rate": 0.1}
MOMENTUM = {**RATE, "momentum": 0.9}

WAYS = {
    "plain": (SGD(**RATE), [0.9, 0.85]),
    # PyTorch 2.13.0, Keras 3.15.1, MXNet 1.9.1, Chainer 7.8.1
    "momentum": (SGD(**MOMENTUM), [0.9, 0.76]),
    # PyTorch, Keras, MXNet; Chainer's NesterovAG gives 0.729, 0.5206
    "nesterov": (SGD(nesterov=True, **MOMENTUM), [0.81, 0.634]),
    # PyTorch
    "dampening": (SGD(dampening=0.5, **MOMENTUM), [0.9, 0.785]),
    # PyTorch, MXNet, Chainer with the hook WeightDecay
    "coupled decay": (SGD(weight_decay=0.1, **MOMENTUM), [0.89, 0.7321]),
    # Keras
    "decoupled decay": (
        SGD(weight_decay=0.1, decay="decoupled", **MOMENTUM), [0.89, 0.7411],
    ),
}  # fmt: skip

gradients = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


@pytest.mark.parametrize("name", WAYS)
def test_two_steps(name: str) -> None:
    """From 1 with gradients 1 and 0.5 at the rate 0.1."""
    declared, wanted = WAYS[name]
    close(way(declared), wanted)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_constant_gradient(momentum: float) -> None:
    """At step k the velocity is the gradient times 1 + m + ... + m^(k - 1)."""
    moved, wanted = 0.0, []
    for k in range(1, 8):
        moved += (1 - momentum**k) / (1 - momentum)
        wanted.append(-0.3 * moved * 2.0)
    close(way(SGD(learning_rate=0.3, momentum=momentum), [2.0] * 7, start=0.0), wanted)


@given(gradients)
def test_nesterov_without_momentum_is_plain(gradients: list[float]) -> None:
    """And so is dampening."""
    plain = way(SGD(**RATE), gradients)
    assert way(SGD(nesterov=True, **RATE), gradients) == plain
    assert way(SGD(dampening=0.5, **RATE), gradients) == plain


@given(gradients)
def test_both_decays_are_one_without_momentum(gradients: list[float]) -> None:
    """Loshchilov and Hutter (2019), proposition 1."""
    both = [SGD(weight_decay=0.3, decay=decay, **RATE) for decay in ("coupled", "decoupled")]
    close(way(both[0], gradients), way(both[1], gradients))


def test_the_rate_stands_outside_the_velocity() -> None:
    """A rate that falls shortens what the velocity remembers (Keras's would move by 0.09)."""
    found = way(SGD(**MOMENTUM), [1.0, 0.0], schedule=StepDecay(every=1, factor=0.5))
    close(found, [0.9, 0.9 - 0.05 * 0.9])
    assert way(SGD(**MOMENTUM), [1.0], schedule=Constant(warmup_steps=10)) == [0.99]
