"""The judgement of the bench is judged."""

from __future__ import annotations

import json
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tests.bench.conftest import PYTHON
from zoo.bench import selftest as module
from zoo.bench.selftest import SLOWDOWN, judged, selftest
from zoo.errors import UsageError

RNG = np.random.default_rng(1)


def rounds(seconds: float, scatter: float, count: int = 12) -> list[list[float]]:
    found: list[list[float]] = (seconds * np.exp(RNG.normal(0, scatter, (count, 9)))).tolist()
    return found


def test_quiet_pairs_raise_no_alarm_and_show_the_slowdown():
    """Scatter of a thousandth."""
    found = judged([(rounds(1e-3, 1e-3), rounds(1e-3, 1e-3)) for _ in range(20)], 0)
    assert (found.alarms, found.telling, found.found, found.wrong) == (0, 20, 20, 0)
    assert found.passed


def test_noisy_pairs_are_left_open():
    """Scatter of a third: neither an alarm nor a find, and nothing is claimed."""
    found = judged([(rounds(1e-3, 0.3), rounds(1e-3, 0.3)) for _ in range(20)], 0)
    assert (found.telling, found.found) == (0, 0)
    assert found.open >= 18


def test_a_difference_that_is_there_counts_as_an_alarm():
    """Sides that are not the same do not pass as such."""
    pairs = [(rounds(1.1e-3, 1e-3), rounds(1e-3, 1e-3)) for _ in range(20)]
    found = judged(pairs, 0)
    assert found.alarms == 20
    assert not found.passed


def test_a_slowdown_that_is_not_found_does_not_pass(monkeypatch):
    """A judge that calls nothing slower."""
    monkeypatch.setattr(module, "verdict_of", lambda ratio, tolerance: "cannot tell")
    found = judged([(rounds(1e-3, 1e-3), rounds(1e-3, 1e-3)) for _ in range(3)], 0)
    assert (found.telling, found.found) == (3, 0)
    assert not found.passed


def test_intervals_that_tell_nothing_of_quiet_pairs_do_not_pass():
    """Else a judge that is always unsure would."""
    blind = judged([([[1.0]] * 3, [[1.0]] * 3)] * 10, 0)
    assert (blind.alarms, blind.telling, blind.passed) == (0, 0, True)
    assert not module.BenchSelftest(blind, {}, [], "refused", None).passed


@pytest.mark.parametrize("backend", ["fake,mirror", "all"])
def test_one_backend_is_judged(bench, backend):
    """Said before the pairs are made."""
    with pytest.raises(UsageError, match="the bench is judged on one backend, got"):
        selftest(backend)


@pytest.fixture
def report(bench, monkeypatch):
    """One real pair of the fake, in few rounds; `bench` has made everything short."""
    monkeypatch.setattr(module, "REAL_ROUNDS", 6)
    monkeypatch.setattr(module, "MODEL", "lenet5")
    return selftest("mirror", simulated=30, real=1, python=PYTHON)


def test_the_whole_says_what_it_found(report):
    """Simulated and real pairs, and that the barrier that is skipped was refused, not the other."""
    assert report.simulated.pairs == 30
    assert {name: each.pairs for name, each in report.real.items()} == {
        "inference": 1, "gradients": 1, "train_step": 1,
    }  # fmt: skip
    assert report.skipping.startswith("the barrier is not real: 8 calls of inference")
    assert report.waiting is None
    assert report.gaps == []
    data = json.loads(json.dumps(report.to_json()))
    assert data["schema"] == "parityzoo/bench-selftest/1"
    assert data["passed"] is report.passed
    console = Console(file=StringIO(), width=200)
    console.print(report)
    text = console.file.getvalue()
    assert f"{SLOWDOWN:.0%} slower" in text
    assert "a worker that skips its barrier: the barrier is not real" in text


def test_a_backend_that_cannot_be_measured_does_not_pass(bench, monkeypatch):
    """The fake cannot express the model that real pairs run."""
    monkeypatch.setattr(module, "REAL_ROUNDS", 6)
    report = selftest("fake", simulated=1, real=1, python=PYTHON)
    assert "only one dense layer" in report.gaps[0]
    assert not report.passed
    assert report.exit_code == 1
