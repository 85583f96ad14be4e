"""Draws that are right and draws that are not, made by NumPy."""

from __future__ import annotations

from typing import Any, Callable

import attrs
import numpy as np
import pytest
from scipy import stats

from zoo.randomness import RandomnessReport
from zoo.randomness.draws import Draws
from zoo.randomness.hypotheses import Finding, findings
from zoo.randomness.report import FALSE_ALARMS, Row
from zoo.randomness.subjects import subjects

RATE = 0.3
DROPOUT, ORIGINAL, _ = subjects(RATE)
ALWAYS = ("scaling in training", "scaling in evaluation", "gradient")


def right(seed: int = 0, steps: int = 8, subject: Any = DROPOUT) -> Draws:
    kept = np.random.default_rng(seed).random((steps, 2, 64, 64)) >= RATE
    products = np.arange(1.0, 65.0)
    everything = np.full((2, 64, 64), subject.in_evaluation)
    return Draws(subject, kept * subject.in_training, everything, products, products, 1e-7)


def told(draws: Draws) -> set[str]:
    row = Row("none", "none", "dropout", draws.dropped, findings(draws))
    report = RandomnessReport(RATE, 8, 0, "float32", (row,), {})
    return {finding.name for finding in report.told(row)}


def shared(axis: int) -> Callable[[np.ndarray], np.ndarray]:
    """What is drawn first along an axis serves all of it."""
    return lambda drawn: np.repeat(drawn.take([0], axis), drawn.shape[axis], axis)


def of_the_step_before(drawn: np.ndarray) -> np.ndarray:
    """The second layer drops what the first did a step ago."""
    drawn[1:, 1] = drawn[:-1, 0]
    return drawn


def never_the_first(drawn: np.ndarray) -> np.ndarray:
    """A position that is always kept."""
    drawn[..., 0] = drawn.max()
    return drawn


def now_and_then_again(drawn: np.ndarray) -> np.ndarray:
    """One element in twenty is that of five places before."""
    flat = drawn.reshape(-1)
    again = np.flatnonzero(np.random.default_rng(1).random(flat.size - 5) < 0.05)
    flat[again + 5] = flat[again]
    return drawn


FAULTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], set[str]]] = {
    "steps": (shared(0), {"independence of steps"}),
    "layers": (shared(1), {"independence of layers"}),
    "examples": (shared(2), {"independence of examples"}),
    "positions": (
        lambda drawn: np.repeat(drawn[..., ::2], 2, axis=-1),
        {"independence of positions", "serial independence"},
    ),
    "step before": (of_the_step_before, {"independence of layers at different steps"}),
    "first": (never_the_first, {"rate by position"}),
    "now and then again": (now_and_then_again, {"serial independence"}),
    "unscaled": (lambda drawn: drawn * 0.7, {"scaling in training"}),
    "nothing dropped": (
        lambda drawn: np.full_like(drawn, DROPOUT.in_training), {"rate"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str) -> None:
    """Of all hypotheses that are rejected, those that are told say what is wrong."""
    fault, wanted = FAULTS[name]
    draws = right()
    assert told(attrs.evolve(draws, training=fault(draws.training))) == wanted


def test_the_other_rate_is_said_to_be_the_share_that_is_kept() -> None:
    """Not scaled for it, which would be seen, too."""
    draws = right()
    training = np.where(draws.training, 0, draws.training.max())
    wrong = attrs.evolve(draws, training=training)
    assert told(wrong) == {"rate"}
    (rate,) = (finding for finding in findings(wrong) if finding.name == "rate")
    assert "0.7" in rate.words
    assert rate.words.endswith("the rate is taken for the share that is kept")


def test_what_is_not_left_to_chance_is_named() -> None:
    """In evaluation and on the way back of the gradient, in either form."""
    for subject in (DROPOUT, ORIGINAL):
        draws = right(subject=subject)
        assert told(draws) == set()
        seen = draws.training[0]
        assert told(attrs.evolve(draws, evaluation=seen)) == {"scaling in evaluation"}
        assert told(attrs.evolve(draws, returned=draws.returned[::-1])) == {"gradient"}
        assert told(attrs.evolve(draws, returned=draws.returned * np.nan)) == {"gradient"}


def test_p_values_are_uniform_where_everything_is_right() -> None:
    """So that the false-alarm rate is what it is said to be (Kolmogorov and Smirnov)."""
    every: dict[str, list[float]] = {}
    for seed in range(60):
        for finding in findings(right(seed, steps=4)):
            every.setdefault(finding.name, []).append(finding.p)
    for name in ALWAYS:
        assert set(every.pop(name)) == {1.0}
    ps = [stats.kstest(each, "uniform").pvalue for each in every.values()]
    assert len(ps) == 11
    assert min(ps) > FALSE_ALARMS / len(ps)


def row(*ps: float) -> Row:
    return Row("b", "m", "s", 0.3, tuple(Finding(str(p), p, 0.5, "odd") for p in ps))


def report(*rows: Row) -> RandomnessReport:
    return RandomnessReport(RATE, 8, 0, "float32", rows, {})


@pytest.mark.parametrize(
    ("ps", "rejected"),
    [
        ([1e-3], [1e-3]),
        ([6e-4, 0.5], []),  # one of two may be 0.0005
        ([5e-4, 9e-4], [5e-4, 9e-4]),  # the second then is the only one left
        ([5e-4, 9e-4, 0.5], []),
        ([0.0, 0.0, 0.9], [0.0, 0.0]),
        ([1.0, 1.0], []),
    ],
)
def test_hypotheses_are_rejected_by_holms_method(ps: list[float], rejected: list[float]) -> None:
    """For all rows of a run together."""
    made = report(*(row(p) for p in ps))
    assert [finding.p for each in made.rows for finding in made.rejected(each)] == rejected
    assert made.passed == (not rejected)
    assert made.exit_code == (1 if rejected else 0)


def test_a_run_that_drew_nothing_did_not_pass() -> None:
    """Exit code 3 where nothing is wrong but that a backend cannot run."""
    missing = Row("b", "m", "s", failure="not-run", reason="no such interpreter")
    assert (report().passed, report(missing).passed) == (False, False)
    assert report(row(0.5), missing).exit_code == 3
    assert report(row(0.0), missing).exit_code == 1
    crashed = attrs.evolve(missing, failure="crashed")
    assert report(row(0.5), crashed).exit_code == 1
