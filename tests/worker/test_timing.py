"""How calls are timed, by a clock that moves only when work is done or slept."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.worker import timing
from zoo.worker.timing import Plan, Work, read_at_once_and_later, timed


class Framework:
    """A framework whose calls take `seconds` of a clock of its own, and whose work waits.

    `first` is what the first call takes longer; with `skips`, the barrier does nothing.
    """

    def __init__(self, seconds=0.01, first=0.0, skips=False, result=1.0):
        self.now, self.calls, self.waiting = 0.0, 0, 0.0
        self.seconds, self.first, self.skips, self.result = seconds, first, skips, result

    def call(self):
        self.waiting += self.seconds + (self.first if self.calls == 0 else 0.0)
        self.calls += 1
        return self.result

    def wait(self, result=None):
        self.now, self.waiting = self.now + self.waiting, 0.0
        return np.asarray(result)

    def synchronize(self):
        if not self.skips:
            self.wait()

    def sleep(self, seconds):
        self.now += seconds
        self.waiting = max(0.0, self.waiting - seconds)

    @property
    def work(self):
        return Work(self.call, self.wait, self.wait)


@pytest.fixture
def framework(monkeypatch):
    def framework(**how):
        made = Framework(**how)
        monkeypatch.setattr(timing.time, "perf_counter", lambda: made.now)
        monkeypatch.setattr(timing.time, "sleep", made.sleep)
        return made

    return framework


def run(made, **plan):
    quick = {"warmup": 1, "warmup_seconds": 0.0, "least": 2, "most": 5, "seconds": 0.0}
    return timed(made.work, made.synchronize, Plan(**{**quick, "sample_seconds": 0.0, **plan}))


def test_a_sample_is_a_call_with_its_barrier(framework):
    """The work counts, though it waits until the barrier."""
    found = run(framework())
    assert found.seconds == pytest.approx([0.01, 0.01])
    assert found.calls == 1


def test_the_first_call_stands_first_in_the_warm_up(framework):
    """It may compile, and is in no sample."""
    found = run(framework(first=2.0), warmup=3)
    assert found.warmup == pytest.approx([2.01, 0.01, 0.01])
    assert found.seconds == pytest.approx([0.01, 0.01])


def test_the_warm_up_lasts_as_long_as_was_asked(framework):
    """Seven calls are the first that last longer than 65 ms."""
    assert len(run(framework(), warmup_seconds=0.065).warmup) == 7


@pytest.mark.parametrize(("seconds", "samples"), [(0.0, 2), (0.035, 4), (1.0, 5)])
def test_samples_are_taken_until_the_time_is_over(framework, seconds, samples):
    """Two at least, five at most."""
    assert len(run(framework(), seconds=seconds).seconds) == samples


def test_short_calls_are_put_together(framework):
    """A sample of 0.1 s is eleven calls of a bit less than a hundredth; its figure is of one."""
    made = framework(seconds=0.0095)
    found = run(made, sample_seconds=0.1)
    assert found.calls == 11
    assert found.seconds == pytest.approx([0.0095, 0.0095])
    assert made.calls == 1 + 2 * 11


@pytest.mark.parametrize(("result", "finite"), [(1.0, True), (np.nan, False), (np.inf, False)])
def test_numbers_that_are_not_finite_are_told(framework, result, finite):
    """The result of the last call is looked at."""
    assert run(framework(result=result)).finite is finite


def test_without_calls_nothing_is_claimed(framework):
    """A plan of nothing times nothing."""
    found = run(framework(), warmup=0, least=0, most=0)
    assert (found.warmup, found.seconds, found.finite) == ([], [], True)


def test_behind_a_real_barrier_nothing_is_left_to_read(framework):
    """Reading takes no longer at once than later."""
    made = framework()
    found = read_at_once_and_later(made.work, made.synchronize, 4, 3)
    assert found.seconds == pytest.approx([0.01] * 3)
    assert found.read == pytest.approx([0.0] * 3)
    assert found.read_later == pytest.approx([0.0] * 3)


def test_behind_a_barrier_that_is_skipped_all_the_work_is_left(framework):
    """Four calls are claimed to take no time, and their result takes that of all of them."""
    made = framework(skips=True)
    found = read_at_once_and_later(made.work, made.synchronize, 4, 3)
    assert found.seconds == pytest.approx([0.0] * 3)
    assert found.read == pytest.approx([0.04] * 3)
    assert found.read_later == pytest.approx([0.0] * 3)
