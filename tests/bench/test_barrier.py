"""What a barrier is found guilty of."""

from __future__ import annotations

import pytest

from zoo.bench.barrier import calls_for, left_undone, objection
from zoo.bench.record import Barrier


def seen(seconds: float, read: list[float], read_later: list[float]) -> Barrier:
    return Barrier(0, 1, "train_step", 8, [seconds], read, read_later)


def test_results_that_are_there_at_once_are_fine():
    """Reading takes as long at once as later."""
    assert objection(seen(1e-3, [2e-4, 3e-4], [2e-4, 2e-4])) is None


def test_results_that_come_late_are_refused_in_figures():
    """Eight calls of 10 ms each, claimed to take 50 µs."""
    text = objection(seen(5e-5, [80e-3, 81e-3], [1e-4, 1e-4]))
    assert text is not None
    assert "8 calls of train_step were said to be done after 0.4 ms" in text
    assert "arrived 79.9 ms later" in text
    assert "does not scale with the work" in text


def test_a_barrier_that_is_one_call_late_is_refused():
    """Each wait is for the call before; what is left is the work of the last one."""
    assert objection(seen(1e-3, [1.2e-3, 1.3e-3], [2e-4, 2e-4])) is not None


def test_one_slow_reading_is_no_proof():
    """The quickest of several counts: the machine may have been busy."""
    found = seen(1e-3, [9e-3, 2e-4], [2e-4, 3e-4])
    assert left_undone(found) == 0
    assert objection(found) is None


def test_jitter_of_a_tiny_call_is_no_proof():
    """What is less than the jitter of reading says nothing of calls as short."""
    assert objection(seen(1e-5, [4e-5, 4e-5], [1e-5, 1e-5])) is None


@pytest.mark.parametrize(("seconds", "calls"), [(0.0, 8), (1e-5, 8), (1e-2, 5), (1.0, 2)])
def test_long_calls_are_made_less_often(seconds, calls):
    """Some 50 ms together, but two at least and eight at most."""
    assert calls_for(seconds) == calls
