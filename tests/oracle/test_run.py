"""Whole models: gradients in random directions, statistics, training, noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle.checking import close
from zoo import oracle
from zoo.errors import UsageError
from zoo.models import registry
from zoo.ops import add, batch_norm, dense, embedding, flatten, input, multiply
from zoo.oracle import batch_norm as batch_norm_formula
from zoo.oracle.base import Given
from zoo.oracle.optimization import Optimization
from zoo.spec import Spec, Tensor, initial, model
from zoo.training import OPTIMIZERS, SGD, ClipGlobalNorm, Cosine, MeanSquaredError


def case(spec: Spec, batch: int = 5) -> tuple[Any, Any, Any, Any]:
    return (
        initial.generic_state(spec),
        initial.random_inputs(spec, batch),
        initial.random_target(spec, batch),
        initial.masks(spec, batch),
    )


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", registry.MODELS)
def test_gradients_of_whole_models(name: str, training: bool) -> None:
    """Along a random direction of each parameter and float input, the loss changes as predicted."""
    spec = registry.build(name, "tiny")
    state, inputs, target, masks = case(spec)
    masks = masks if training else None
    found = oracle.gradients(spec, state, inputs, target, training=training, masks=masks)
    step = 1e-6

    def loss(state: Any, inputs: Any) -> float:
        return oracle.gradients(spec, state, inputs, target, training=training, masks=masks).loss

    def check(grad: Any, array: Any, moved_loss: Any, key: str) -> None:
        direction = initial.normal(array.shape, "direction", key)
        predicted = float(np.sum(grad * direction))
        ahead, behind = moved_loss(array + step * direction), moved_loss(array - step * direction)
        scale = float(np.linalg.norm(grad) * np.linalg.norm(direction))
        assert abs((ahead - behind) / (2 * step) - predicted) < 1e-6 * scale + 1e-9, key

    assert set(found.parameters) == {n for n, s in spec.states.items() if s.role == "parameter"}
    for key, grad in found.parameters.items():
        check(grad, state[key], lambda a, k=key: loss({**state, k: a}, inputs), key)
    assert set(found.inputs) == {n.name for n in spec.inputs if n.type.dtype == "float"}
    for key, grad in found.inputs.items():
        check(grad, inputs[key], lambda a, k=key: loss(state, {**inputs, k: a}), key)


@pytest.mark.parametrize("name", registry.MODELS)
def test_evaluate_gives_the_output_of_gradients(name: str) -> None:
    """In both modes, although it keeps nothing for a backward pass."""
    spec = registry.build(name, "tiny")
    state, inputs, target, masks = case(spec)
    for training, given in ((False, None), (True, masks)):
        wanted = oracle.gradients(spec, state, inputs, target, training=training, masks=given)
        found = oracle.evaluate(spec, state, inputs, training=training, masks=given)
        np.testing.assert_array_equal(found, wanted.output)
        assert found.shape == (5, *spec.output_type.shape)


@pytest.mark.parametrize("name", registry.MODELS)
def test_examples_do_not_mix_in_evaluation(name: str) -> None:
    """A batch gives what its examples give one by one."""
    spec = registry.build(name, "tiny")
    state, inputs, _, _ = case(spec, 3)
    whole = oracle.evaluate(spec, state, inputs)
    for i in range(3):
        one = oracle.evaluate(spec, state, {k: a[i : i + 1] for k, a in inputs.items()})
        close(one[0], whole[i])


def test_statistics_change_in_training_only() -> None:
    """By full name; all of them are returned in both modes."""
    spec = registry.build("mlp", "tiny")
    state, inputs, target, masks = case(spec)
    names = {name for name, declared in spec.states.items() if declared.role == "statistic"}
    kept = oracle.gradients(spec, state, inputs, target, training=False).statistics
    moved = oracle.gradients(spec, state, inputs, target, training=True, masks=masks).statistics
    assert set(kept) == set(moved) == names
    first = inputs["x"] @ state["hidden.0.linear.weight"].T
    node = next(n for n in spec.nodes if n.path == "hidden.0.norm")
    local = {s.name: state[f"hidden.0.norm.{s.name}"] for s in node.states()}
    given = Given([first], local, {}, True)
    for name, wanted in batch_norm_formula.forward(node.op, given).statistics.items():  # type: ignore[arg-type]
        close(moved[f"hidden.0.norm.{name}"], wanted)
    for name in names:
        np.testing.assert_array_equal(kept[name], state[name])
        assert np.all(moved[name] != state[name])


@model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1, momentum=0.5))
def shared() -> Tensor:
    """One node is used three times."""
    y = dense(input("x", (3,)), 3, name="layer")
    return add(multiply(y, y), y)


def test_a_node_used_several_times_sums_its_gradients() -> None:
    """d/dy (y^2 + y) = 2 y + 1."""
    spec = shared()
    state, inputs, target, _ = case(spec)
    found = oracle.gradients(spec, state, inputs, target, training=True)
    y = inputs["x"] @ state["layer.weight"].T + state["layer.bias"]
    by_y = 2.0 * (y * y + y - target) / y.size * (2.0 * y + 1.0)
    close(found.parameters["layer.bias"], by_y.sum(0))
    close(found.inputs["x"], by_y @ state["layer.weight"])


def steps_of(spec: Spec, count: int) -> list[Any]:
    return [
        (
            initial.random_inputs(spec, 5, 0, step),
            initial.random_target(spec, 5, 0, step),
            initial.masks(spec, 5, 0, step),
        )
        for step in range(count)
    ]


def test_training_is_gradients_and_updates() -> None:
    """Losses, parameters, statistics and velocities, step by step."""
    spec = registry.build("mlp", "tiny")
    steps = steps_of(spec, 3)
    trained = oracle.train(spec, initial.generic_state(spec), iter(steps))
    state, losses = initial.generic_state(spec), []
    optimization = Optimization(spec)
    for inputs, target, masks in steps:
        found = oracle.gradients(spec, state, inputs, target, training=True, masks=masks)
        losses.append(found.loss)
        state.update(found.statistics)
        state.update(optimization.step(state, found.parameters))
    np.testing.assert_array_equal(trained.losses, losses)
    assert set(trained.state) == set(spec.states)
    for name, array in state.items():
        np.testing.assert_array_equal(trained.state[name], array)
    names = [name for name, declared in spec.states.items() if declared.role == "parameter"]
    assert set(trained.optimizer_state) == {"step", *(f"{name}.velocity" for name in names)}
    assert trained.optimizer_state["step"] == optimization.steps == 3
    for name, array in optimization.kept.items():
        np.testing.assert_array_equal(trained.optimizer_state[name], array)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_training_can_go_on_where_it_stopped(kind: str) -> None:
    """Two calls give what one gives, bit by bit, with every optimizer, under a schedule."""
    schedule = Cosine(steps=4, warmup_steps=2)
    spec = registry.build("mlp", "tiny").replace(optimizer=OPTIMIZERS[kind](), schedule=schedule)
    steps, state = steps_of(spec, 6), initial.generic_state(spec)
    whole = oracle.train(spec, state, steps)
    first = oracle.train(spec, state, steps[:4])
    second = oracle.train(spec, first.state, steps[4:], optimizer_state=first.optimizer_state)
    np.testing.assert_array_equal([*first.losses, *second.losses], whole.losses)
    assert set(second.optimizer_state) == set(whole.optimizer_state)
    for found, wanted in zip(second[1:], whole[1:]):
        for name, array in wanted.items():
            np.testing.assert_array_equal(found[name], array)


WRONG_KEPT: dict[str, tuple[Any, str]] = {
    "unknown": ({"velocity": 0}, "no optimizer state 'velocity'"),
    "missing": ({"step": None}, "optimizer state 'step' must be a whole number from 0, got"),
    "negative": ({"step": -1}, "must be a whole number from 0"),
    "a fraction": ({"step": 1.5}, "must be a whole number from 0"),
    "shape": ({"layer.bias.velocity": [0.0]}, r"'layer.bias.velocity' has the shape \(1,\)"),
}


@pytest.mark.parametrize("mistake", WRONG_KEPT)
def test_a_wrong_optimizer_state_is_refused(mistake: str) -> None:
    """In one line that names the array."""
    spec, (change, message) = shared(), WRONG_KEPT[mistake]
    kept = oracle.train(spec, initial.generic_state(spec), []).optimizer_state
    with pytest.raises(UsageError, match=message):
        oracle.train(spec, initial.generic_state(spec), [], optimizer_state={**kept, **change})


def test_accumulated_gradients_are_those_of_one_big_batch() -> None:
    """The mean over examples, in a model whose examples do not mix; dropout by the same masks."""
    spec = registry.build("transformer", "tiny")
    state, inputs, target, masks = case(spec, 6)
    whole = oracle.train(spec, state, [(inputs, target, masks)] * 3)
    parts = [
        ({k: a[i : i + 2] for k, a in inputs.items()}, target[i : i + 2],
         {k: a[i : i + 2] for k, a in masks.items()})
        for i in (0, 2, 4)
    ]  # fmt: skip
    found = oracle.train(spec.replace(accumulate=3), state, parts * 3)
    close(found.losses, whole.losses)
    assert found.optimizer_state["step"] == 3
    for name, array in whole.state.items():
        close(found.state[name], array)


def test_running_statistics_move_with_every_micro_batch() -> None:
    """The parameters stay until the last of a step."""
    spec = registry.build("mlp", "tiny").replace(accumulate=2)
    steps, state = steps_of(spec, 2), initial.generic_state(spec)
    found = oracle.train(spec, state, steps)
    assert found.losses.shape == (1,)
    for inputs, target, masks in steps:
        seen = oracle.gradients(spec, state, inputs, target, training=True, masks=masks)
        state.update(seen.statistics)
    for name in seen.statistics:
        np.testing.assert_array_equal(found.state[name], state[name])


def test_micro_batches_that_make_no_whole_step_are_refused() -> None:
    """They would be lost without a word."""
    spec = registry.build("mlp", "tiny").replace(accumulate=3)
    with pytest.raises(UsageError, match="3 micro-batches make one step, 2 are left over"):
        oracle.train(spec, initial.generic_state(spec), steps_of(spec, 5))


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_trajectory_is_the_first_backward_pass_and_every_step(accumulate: int) -> None:
    """Bit by bit what `gradients` and `train` give, the first of them from the first batch."""
    spec = registry.build("mlp", "tiny").replace(accumulate=accumulate)
    steps, state = steps_of(spec, 4), initial.generic_state(spec)
    found, trained = oracle.trajectory(spec, state, steps), oracle.train(spec, state, steps)
    inputs, target, masks = steps[0]
    first = oracle.gradients(spec, state, inputs, target, training=True, masks=masks)
    for name, array in first.parameters.items():
        np.testing.assert_array_equal(found.first.parameters[name], array)
    for name, array in first.statistics.items():
        np.testing.assert_array_equal(found.first.statistics[name], array)
    np.testing.assert_array_equal(found.losses, trained.losses)
    for name, array in trained.state.items():
        np.testing.assert_array_equal(found.states[name][-1], array)
    for name, array in trained.optimizer_state.items():
        np.testing.assert_array_equal(found.optimizer_states[name][-1], array)


def test_a_trajectory_of_no_steps_is_refused() -> None:
    """It has no first batch."""
    spec = registry.build("mlp", "tiny")
    with pytest.raises(UsageError, match="mlp: a trajectory has one step at least, got none"):
        oracle.trajectory(spec, initial.generic_state(spec), [])


def test_training_learns() -> None:
    """On one batch again and again the loss falls."""
    spec = registry.build("lenet5", "tiny")
    losses = oracle.train(spec, initial.initial_state(spec), steps_of(spec, 1) * 30).losses
    assert losses[-1] < losses[0] / 3


def test_batch_norm_of_a_single_example_is_refused_with_its_path() -> None:
    """In training mode; evaluation takes it."""
    spec = registry.build("mlp", "tiny")
    state, inputs, target, masks = case(spec, 1)
    with pytest.raises(UsageError, match=r"^mlp: hidden\.0\.norm: batch_norm cannot train on one"):
        oracle.gradients(spec, state, inputs, target, training=True, masks=masks)
    assert oracle.evaluate(spec, state, inputs).shape == (1, 3)


@pytest.mark.parametrize("name", registry.MODELS)
def test_noise_is_about_as_large_as_its_unit(name: str) -> None:
    """The same seed repeats it, and ten times the unit moves the result about ten times as far."""
    spec = registry.build(name, "tiny")
    state, inputs, target, masks = case(spec)

    def moved(unit: float, seed: int) -> float:
        noisy = oracle.gradients(
            spec, state, inputs, target, training=True, masks=masks,
            rounding=oracle.Rounding(unit, seed),
        )  # fmt: skip
        worst = 0.0
        for key, array in exact.parameters.items():
            gap = np.max(np.abs(noisy.parameters[key] - array))
            worst = max(worst, gap / np.max(np.abs(array)))
            assert np.any(noisy.parameters[key] != array), key
        return float(worst)

    exact = oracle.gradients(spec, state, inputs, target, training=True, masks=masks)
    assert moved(1e-12, 0) == moved(1e-12, 0) != moved(1e-12, 1)
    assert 1e-12 < moved(1e-12, 0) < 1e-9
    assert 3 < moved(1e-11, 0) / moved(1e-12, 0) < 30


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_noise_reaches_every_part_of_training(kind: str) -> None:
    """Losses, parameters, statistics and everything that an optimizer keeps."""
    given = {"momentum": 0.9} if kind == "sgd" else {"epsilon": 1e-3}  # so that noise stays small
    spec = registry.build("mlp", "tiny").replace(
        optimizer=OPTIMIZERS[kind](weight_decay=0.1, **given),
        clipping=ClipGlobalNorm(max_norm=0.5),
        accumulate=2,
    )
    steps, state = steps_of(spec, 4), initial.generic_state(spec)
    exact = oracle.train(spec, state, steps)
    noisy = oracle.train(spec, state, steps, rounding=oracle.Rounding(1e-10, 0))
    assert np.all(noisy.losses != exact.losses)
    for found, wanted in zip(noisy[1:], exact[1:]):
        for name, array in wanted.items():
            assert name == "step" or np.any(found[name] != array), name
            np.testing.assert_allclose(found[name], array, rtol=1e-5, atol=1e-7)


@model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
def tokens_and_numbers() -> Tensor:
    """Integers and floats together."""
    words = embedding(input("words", (2,), dtype="int", below=4), 4, 3)
    return add(batch_norm(flatten(words)), input("numbers", (6,)))


def test_only_float_inputs_have_gradients() -> None:
    """Integers have none; the batch of both must be the same."""
    spec = tokens_and_numbers()
    state, inputs, target, _ = case(spec)
    found = oracle.gradients(spec, state, inputs, target, training=True)
    assert set(found.inputs) == {"numbers"}
    inputs["numbers"] = inputs["numbers"][:4]
    with pytest.raises(UsageError, match=r"'numbers' has the shape \(4, 6\), .* needs \(5, 6\)"):
        oracle.gradients(spec, state, inputs, target, training=True)
