"""Where a derivative jumps or a formula divides by nearly nothing, backends do what the table says.

Random inputs keep away from these places, and noise cannot judge them, so all is compared as it is:
with the oracle, which has the specification's answers, and with the backend's own column of the
recorded table of conventions.
"""

from __future__ import annotations

from typing import Any, Callable

import attrs
import numpy as np
import pytest

from zoo.conventions import recorded
from zoo.ops import batch_norm, dense, flatten, input, layer_norm, max_pool, relu
from zoo.parity.case import make_case, seen_by, seen_by_oracle
from zoo.spec import Tensor
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, ClipGlobalNorm, Loss, MeanSquaredError, SoftmaxCrossEntropy
from zoo.worker.pool import Pool


def through(layer: Callable[[Tensor], Tensor], *shape: int) -> Callable[[], Tensor]:
    return lambda: dense(flatten(layer(input("x", shape))), 3, name="output")


ZEROS = np.zeros((2, 4))
TIES = np.ones((2, 1, 4, 4))
KINKS: dict[str, tuple[Callable[[], Tensor], np.ndarray]] = {
    "relu_of_zeros": (through(relu, 4), ZEROS),
    "relu_of_negative_zeros": (through(relu, 4), -ZEROS),
    "max_pool_of_ties": (through(lambda x: max_pool(x, 2), 1, 4, 4), TIES),
    "max_pool_of_ties_in_overlapping_windows": (
        through(lambda x: max_pool(x, 3, stride=1), 1, 4, 4),
        TIES,
    ),
    "max_pool_of_ties_beside_pads": (
        through(lambda x: max_pool(x, 3, stride=2, pads=1), 1, 4, 4),
        0 * TIES,
    ),
    "layer_norm_of_equals": (through(layer_norm, 4), ZEROS + 1),
    "batch_norm_of_equals": (through(batch_norm, 4), ZEROS + 1),
}


def compared(
    make: Callable[[], Tensor], x: np.ndarray, target: Target, pool: Pool, **training: Any
) -> None:
    """Everything of two steps equals what the oracle gives."""
    options: dict[str, Any] = {"loss": MeanSquaredError(), "optimizer": SGD(learning_rate=0.1)}
    spec = trace(make, name="kink", summary="At a kink", **{**options, **training})
    case = make_case(spec, batch=len(x), steps=2)
    batches = tuple(({"x": x}, labels, masks) for _, labels, masks in case.batches)
    case = attrs.evolve(case, batches=batches)
    exact, seen = seen_by_oracle(case), seen_by(case, pool.session(target), "float64")
    assert seen.keys() == exact.keys()
    for key, wanted in exact.items():
        np.testing.assert_allclose(seen[key], wanted, rtol=1e-11, atol=1e-13, err_msg=str(key))


@pytest.mark.parametrize("name", KINKS)
def test_derivatives_at_kinks_are_the_specifications(name: str, target: Target, pool: Pool) -> None:
    """Of ReLU at zero, of a maximum among equals, of norms of equal numbers."""
    compared(*KINKS[name], target, pool)


@pytest.mark.parametrize(
    ("loss", "logits"), [(SoftmaxCrossEntropy(), 1e4), (SoftmaxCrossEntropy(), -1e4)]
)
def test_a_loss_of_huge_logits_is_finite(
    loss: Loss, logits: float, target: Target, pool: Pool
) -> None:
    """An exponential that overflows, or a logarithm of zero, would spoil every gradient."""
    compared(lambda: dense(input("x", (4,)), 3), ZEROS + logits, target, pool, loss=loss)


def test_gradients_of_zero_can_be_clipped_by_their_norm(target: Target, pool: Pool) -> None:
    """They stay zero: what divides them by their norm makes no NaN of them."""
    clipping = ClipGlobalNorm(max_norm=1.0)
    compared(through(relu, 4), -ZEROS - 1, target, pool, clipping=clipping)


def test_emitted_programs_are_as_the_table_of_conventions_says(target: Target, pool: Pool) -> None:
    """ReLU at zero, and max pooling of two equal numbers, by this backend's own column."""
    answers = recorded.load().answers[target.backend.name]
    relus, pools = (answers[name].to_json()["value"] for name in ("relu_at_zero", "max_pool_ties"))
    assert slope(through(relu, 1), np.zeros((1, 1)), target, pool) == [relus]
    pair = through(lambda x: max_pool(x, (1, 2)), 1, 1, 2)
    assert slope(pair, np.ones((1, 1, 1, 2)), target, pool) == pools


def slope(make: Callable[[], Tensor], x: np.ndarray, target: Target, pool: Pool) -> list[float]:
    """Of what comes before the dense layer, whose first weight is one and the others zero."""
    spec = trace(
        make, name="kink", summary="At a kink", loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip
    weight = np.zeros((3, 1))
    weight[0] = 1
    session = pool.session(target)
    session.load(spec, {"output.weight": weight, "output.bias": np.zeros(3)}, dtype="float64")
    # d loss / d y is 2 (y - target) / 3 for each of three outputs.
    y = session.infer({"x": x})
    found = session.gradients({"x": x}, y - [[1.5, 0, 0]], training=False)
    return found.inputs["x"].ravel().tolist()
