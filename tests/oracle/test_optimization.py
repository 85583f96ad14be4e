"""What all optimizers share: the order of a step, weight decay, the schedule, and invariances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.checking import close, normal, one_weight, way
from zoo.ops import dense, input, layer_norm, self_attention
from zoo.oracle.optimization import Optimization
from zoo.spec.trace import trace
from zoo.training import (
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    Adamax,
    ClipValue,
    Constant,
    MeanSquaredError,
    NAdam,
    RMSprop,
    StepDecay,
)

KINDS = pytest.mark.parametrize("kind", OPTIMIZERS)
COUPLED = pytest.mark.parametrize("kind", [kind for kind in OPTIMIZERS if kind != "adamw"])

numbers = st.floats(-10, 10).filter(lambda x: x == 0 or abs(x) > 1e-3)
gradients = st.lists(numbers, min_size=1, max_size=5)


@COUPLED
@given(gradients=gradients, start=numbers, weight_decay=st.floats(0, 1))
def test_coupled_decay_is_the_gradient_of_a_penalty(
    kind: str, gradients: list[float], start: float, weight_decay: float
) -> None:
    """Of (weight_decay / 2) w^2 in the loss, whatever the optimizer."""
    optimization = Optimization(one_weight(OPTIMIZERS[kind]()))
    weight, wanted = {"w.weight": np.full((1, 1), start)}, []
    for gradient in gradients:
        penalised = gradient + weight_decay * weight["w.weight"]
        weight = optimization.step(weight, {"w.weight": penalised})
        wanted.append(float(weight["w.weight"][0, 0]))
    assert way(OPTIMIZERS[kind](weight_decay=weight_decay), gradients, start) == wanted


@KINDS
@given(gradients=gradients, start=numbers, weight_decay=st.floats(0, 5))
def test_decoupled_decay_shrinks_before_the_step(
    kind: str, gradients: list[float], start: float, weight_decay: float
) -> None:
    """By 1 - rate * weight_decay; the step itself is that without decay."""
    schedule = StepDecay(every=2, factor=0.5)
    decaying = OPTIMIZERS[kind](weight_decay=weight_decay, decay="decoupled")
    plain = way(OPTIMIZERS[kind](weight_decay=0.0), gradients, start, schedule=schedule)
    at, before = start, start
    for step, (found, without) in enumerate(
        zip(way(decaying, gradients, start, schedule=schedule), plain)
    ):
        rate = decaying.learning_rate * schedule.rate(step)
        at = at * (1 - rate * weight_decay) + (without - before)
        before = without
        np.testing.assert_allclose(found, at, rtol=1e-11, atol=1e-11)


SCALE_FREE = {
    "adagrad": Adagrad(epsilon=1e-30),
    "rmsprop": RMSprop(epsilon=1e-30, momentum=0.5),
    "rmsprop centered": RMSprop(epsilon=1e-30, centered=True),
    "adam": Adam(epsilon=1e-30),
    "adam uncorrected": Adam(epsilon=1e-30, epsilon_placement="uncorrected"),
    "adamax": Adamax(epsilon=1e-30),
    "nadam": NAdam(epsilon=1e-30),
}


@pytest.mark.parametrize("name", SCALE_FREE)
@given(scale=st.floats(1e-3, 1e3))
def test_without_epsilon_the_size_of_the_gradients_does_not_matter(name: str, scale: float) -> None:
    """Kingma and Ba (2015), section 2.1."""
    way_of = [1.0, -0.3, 2.0, 0.7]
    scaled = way(SCALE_FREE[name], [scale * each for each in way_of])
    np.testing.assert_allclose(scaled, way(SCALE_FREE[name], way_of), rtol=1e-9)


def test_clipping_comes_before_coupled_decay() -> None:
    """1 clipped to 0.5, plus 10 times the weight (MXNet's Adam has the other order)."""
    declared = SGD(learning_rate=0.1, weight_decay=10.0)
    found = way(declared, [1.0], clipping=ClipValue(limit=0.5))
    close(found, [1.0 - 0.1 * (0.5 + 10.0)])


def test_the_first_step_has_the_schedules_step_zero() -> None:
    """And the second its step one: rates 0.05, 0.1, 0.1."""
    schedule = Constant(warmup_steps=2)
    found = way(SGD(learning_rate=0.1), [1.0, 1.0, 1.0], schedule=schedule)
    close(found, [0.95, 0.85, 0.75])


@pytest.mark.parametrize(
    ("excludes", "kept"),
    [
        ((), {"weight", "bias", "norm"}),
        (("bias",), {"weight", "norm"}),
        (("norm",), {"weight", "bias"}),
        (("bias", "norm"), {"weight"}),
    ],
)
@pytest.mark.parametrize("decay", ["coupled", "decoupled"])
def test_decay_leaves_out_groups_of_parameters(decay: str, excludes: Any, kept: set[str]) -> None:
    """Norms are those of normalizations, biases all others whose name says so."""

    def model() -> Any:
        x = layer_norm(input("x", (3, 4)), name="norm")
        return dense(self_attention(x, 2, name="attention"), 2, name="output")

    groups = {
        "norm.weight": "norm",
        "norm.bias": "norm",
        "attention.in_proj_weight": "weight",
        "attention.in_proj_bias": "bias",
        "attention.out_proj.weight": "weight",
        "attention.out_proj.bias": "bias",
        "output.weight": "weight",
        "output.bias": "bias",
    }
    optimizer = SGD(learning_rate=0.1, weight_decay=1.0, decay=decay, decay_excludes=excludes)
    spec = trace(model, name="m", summary="M", loss=MeanSquaredError(), optimizer=optimizer)
    before = {name: normal(*state.shape) for name, state in spec.states.items()}
    zeros = {name: np.zeros_like(array) for name, array in before.items()}
    after = Optimization(spec).step(before, zeros)
    assert set(after) == set(groups)
    for name, group in groups.items():
        close(after[name], before[name] * (0.9 if group in kept else 1.0))
