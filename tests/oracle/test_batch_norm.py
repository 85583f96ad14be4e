"""Batch normalization: output channel by channel from NumPy's mean and variance."""

from __future__ import annotations

from typing import Iterable

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.errors import UsageError
from zoo.ops.batch_norm import BatchNorm
from zoo.oracle import Rounding, batch_norm
from zoo.oracle.base import Array, Given

FOLDED = ("folded_batch_norm",)
SHAPES = [(4, 3), (2, 1), (2, 3, 2, 3), (1, 2, 3, 1)]


@pytest.mark.parametrize("epsilon", [1e-5, 1e-1])
@pytest.mark.parametrize("shape", SHAPES)
def test_training_normalizes_by_the_batch(shape: tuple[int, ...], epsilon: float) -> None:
    """By the biased variance, whatever the running one is."""
    for running in ("unbiased", "biased"):
        op = BatchNorm(epsilon=epsilon, running_variance=running)
        data = given(op, shape)
        y = output(op, data)
        for channel in range(shape[1]):
            x = data.inputs[0][:, channel]
            z = (x - np.mean(x)) / np.sqrt(np.var(x, ddof=0) + epsilon)
            weight, bias = data.states["weight"][channel], data.states["bias"][channel]
            close(y[:, channel], z * weight + bias)
        check_gradient(op, data)


@pytest.mark.parametrize("shape", [*SHAPES, (1, 3), (1, 2, 1, 1)])
def test_evaluation_normalizes_by_the_running_statistics(shape: tuple[int, ...]) -> None:
    """A fixed affine map of each channel; one value is enough; statistics stay."""
    op = BatchNorm(epsilon=1e-2)
    data = given(op, shape, training=False)
    y, states = output(op, data), data.states
    for channel in range(shape[1]):
        slope = states["weight"][channel] / np.sqrt(states["running_var"][channel] + 1e-2)
        centred = data.inputs[0][:, channel] - states["running_mean"][channel]
        close(y[:, channel], slope * centred + states["bias"][channel])
    assert not batch_norm.forward(op, data).statistics
    check_gradient(op, data)


@pytest.mark.parametrize("kept_fraction", [0.0, 0.9, 1.0])
@pytest.mark.parametrize(("running_variance", "ddof"), [("unbiased", 1), ("biased", 0)])
@pytest.mark.parametrize("shape", SHAPES)
def test_running_statistics(
    shape: tuple[int, ...], running_variance: str, ddof: int, kept_fraction: float
) -> None:
    """The kept fraction is the share of the old value; the variance divides by n - 1 or n."""
    op = BatchNorm(kept_fraction=kept_fraction, running_variance=running_variance)
    data = given(op, shape)
    found = batch_norm.forward(op, data).statistics
    for channel in range(shape[1]):
        x = data.inputs[0][:, channel]
        for name, new in (("running_mean", np.mean(x)), ("running_var", np.var(x, ddof=ddof))):
            old = data.states[name][channel]
            close(found[name][channel], kept_fraction * old + (1 - kept_fraction) * new)


@pytest.mark.parametrize("shape", [(1, 3), (1, 2, 1, 1)])
def test_one_value_a_channel_is_refused_in_training(shape: tuple[int, ...]) -> None:
    """It has no variance."""
    with pytest.raises(UsageError, match=r"one value for each channel, got \(1, "):
        batch_norm.forward(BatchNorm(), given(BatchNorm(), shape))


def test_noise_knows_what_a_variance_in_one_pass_loses() -> None:
    """Of numbers m with a spread of one: m squared roundings of the variance instead of m."""
    op = BatchNorm(kept_fraction=0.0, running_variance="biased")
    data = given(op, (64, 1))
    x, mean, unit = data.inputs[0], 1e3, 1e-12
    data = data._replace(inputs=[(x - x.mean()) / x.std() + mean])

    def moved(*formulas: str) -> float:
        found = []
        for seed in range(20):
            with Rounding(unit, seed, formulas=frozenset(formulas)).active():
                found.append(batch_norm.forward(op, data).statistics["running_var"][0])
        return float(np.std(found))

    # A sum of 64 terms moves by sqrt(1 + 64 / 4) units, evenly spread; the square of one, twice.
    expected = np.sqrt((1 + 64 / 4) / 12 * (1 + 2**2)) * unit * mean**2
    once = moved("one_pass_variance")
    assert 0.5 * expected < once < 2 * expected
    assert moved() < once / 100


@pytest.mark.parametrize("training", [True, False])
def test_a_folded_norm_means_the_same(training: bool) -> None:
    """Without noise it gives the same output, statistics and gradients."""
    op = BatchNorm()
    data = given(op, (6, 3, 2, 2), training=training)
    grad = np.random.default_rng(0).normal(size=(6, 3, 2, 2))
    own, folded = (_results(op, data, grad, 0.0, formulas) for formulas in ((), FOLDED))
    for name, array in own.items():
        close(folded[name], array)


def test_noise_knows_what_a_folded_norm_loses() -> None:
    """Of numbers m with a spread of one: m roundings of the weight's gradient instead of one."""
    op, mean, unit = BatchNorm(), 1e3, 1e-12
    data = given(op, (64, 1))
    x = data.inputs[0]
    grad = np.random.default_rng(0).normal(size=x.shape)
    data = data._replace(inputs=[(x - x.mean()) / x.std() + mean])
    exact = _results(op, data, grad - grad.mean(), 0.0, ())["weight"]

    def moved(*formulas: str) -> float:
        runs = (_results(op, data, grad - grad.mean(), unit, formulas, seed) for seed in range(20))
        return float(np.std([found["weight"] - exact for found in runs]))

    # Each of 64 terms moves by sqrt(1 + 64 / 4) units, evenly spread.
    expected = np.sqrt((1 + 64 / 4) / 12) * unit * mean * np.linalg.norm(grad)
    assert 0.5 * expected < moved(*FOLDED) < 2 * expected
    assert moved() < expected / 100


def _results(
    op: BatchNorm, data: Given, grad: Array, unit: float, formulas: Iterable[str], seed: int = 0
) -> dict[str, Array]:
    """Output, statistics and gradients under noise of the formulas."""
    with Rounding(unit, seed, formulas=frozenset(formulas)).active():
        result = batch_norm.forward(op, data)
        gradient = batch_norm.backward(op, grad, result.saved)
    return {
        "output": result.output,
        "input": gradient.inputs[0],
        **result.statistics,
        **gradient.parameters,
    }
