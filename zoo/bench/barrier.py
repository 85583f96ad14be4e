"""Whether a framework's barrier is real: whether work is done when it says so.

A framework may return from a call before the work is done, and its barrier waits for the rest. A
worker that skips the barrier would time how fast work is handed over, and its figures would not
grow with the work. So several calls are made, and the last one's results, which cannot be had
before they are computed, are read at once and, another time, after a pause. If reading at once
takes longer by more than a part of a call, something was left to do.
"""

from __future__ import annotations

from zoo.bench.record import Barrier

CALLS, SECONDS = (2, 8), 0.05
"""Calls in an attempt, and how long they are to last together."""
ATTEMPTS = 3
SHARE = 0.5
"""Of one call, which may be left undone: reading a result is not equally quick each time."""
JITTER = 50e-6
"""Seconds that reading may differ by, whatever a call takes."""


def calls_for(seconds: float) -> int:
    """How many calls of this length an attempt makes."""
    fewest, most = CALLS
    return max(fewest, min(most, int(SECONDS / max(seconds, 1e-9))))


def left_undone(barrier: Barrier) -> float:
    """Seconds of work that was still to be done after the barrier, the least that was seen."""
    return max(0.0, min(barrier.read) - min(barrier.read_later))


def objection(barrier: Barrier) -> str | None:
    """Why the times of this quantity mean nothing, if they do."""
    call, undone = min(barrier.seconds), left_undone(barrier)
    if undone <= max(SHARE * call, JITTER):
        return None
    return (
        f"the barrier is not real: {barrier.calls} calls of {barrier.quantity} were said to be "
        f"done after {barrier.calls * call * 1000:.3g} ms, and their result arrived "
        f"{undone * 1000:.3g} ms later; its time does not scale with the work"
    )
