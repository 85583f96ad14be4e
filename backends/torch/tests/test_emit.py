"""The PyTorch emitter: what it writes where PyTorch has a convention of its own."""

from __future__ import annotations

import re

import pytest

from zoo.ops import batch_norm, dense, embedding, input
from zoo.spec import Tensor
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError
from zoo_torch.emit import emit


def momentum_of(kept: float) -> str:
    spec = trace(
        lambda: batch_norm(input("x", (4,)), kept_fraction=kept), name="made", summary="Made",
        loss=MeanSquaredError(), optimizer=SGD(),
    )  # fmt: skip
    (found,) = re.findall(r"BatchNorm1d\(4, momentum=(.+)\)", emit(spec).source)
    return found


@pytest.mark.parametrize("kept", [1 / 3, 1 - 1e-13, 0.123456789012345])
def test_what_batch_norm_keeps_is_not_rounded(kept: float) -> None:
    """PyTorch takes the other share, and computes this one from it."""
    assert abs(1 - float(momentum_of(kept)) - kept) <= 2**-53


def test_a_short_share_stays_short() -> None:
    """1 - 0.99 is 0.010000000000000009."""
    assert momentum_of(0.99) == "0.01"


def test_an_embedding_in_a_chain_starts_with_the_law_of_the_specification() -> None:
    """It is the first element, if it is one."""

    def body() -> Tensor:
        x = embedding(input("x", (3,), dtype="int", below=9), 9, 4, name="chain.0")
        return dense(x, 2, name="chain.1")

    spec = trace(
        body, name="made", summary="Made", loss=MeanSquaredError(), optimizer=SGD()
    )  # fmt: skip
    assert "nn.init.normal_(self.chain[0].weight, std=0.02)" in emit(spec).source
