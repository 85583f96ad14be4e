"""How a worker times a runtime: calls of emitted code, each ended by the framework's own barrier.

Nothing but the call and the barrier stands between two readings of the clock.
"""

from __future__ import annotations

import math
import time
from statistics import median
from typing import Any, Callable, NamedTuple

import numpy as np

from zoo.worker.runtime import Array, Runtime

QUANTITIES = ("inference", "gradients", "train_step")


class Plan(NamedTuple):
    """How long to warm up, and how much to time.

    Attributes:
        warmup: calls that come first, one by one, at least.
        warmup_seconds: how long they last, at least.
        least: samples, at least.
        most: samples, at most.
        seconds: how long they last; once there are `least` and this is over, it ends.
        sample_seconds: what a sample lasts at least; a shorter call is made several times in each.
    """

    warmup: int
    warmup_seconds: float
    least: int
    most: int
    seconds: float
    sample_seconds: float

    @staticmethod
    def fixed(warmup: int, repeats: int) -> Plan:
        """So many calls, whatever they last."""
        return Plan(warmup, 0.0, repeats, repeats, 0.0, 0.0)


class Timed(NamedTuple):
    """Seconds of a call: of each in the warm-up, then the mean of `calls` in each sample."""

    warmup: list[float]
    seconds: list[float]
    calls: int
    finite: bool


class Read(NamedTuple):
    """Seconds of a call, and of reading the last result right after the barrier, and later."""

    seconds: list[float]
    read: list[float]
    read_later: list[float]


class Work(NamedTuple):
    """What is timed, and how to get hold of all that it computed.

    Attributes:
        call: submits the work, and returns what the framework returns.
        read: brings the results of the last call to the host, which no framework can do before
            they are computed.
        scalar: the loss, or for inference the output.
    """

    call: Callable[[], Any]
    read: Callable[[Any], Any]
    scalar: Callable[[Any], Array]


def work(runtime: Runtime, quantity: str, inputs: list[Any], target: Any) -> Work:
    """What a call of a quantity is."""
    get = runtime.get
    if quantity == "inference":
        return Work(lambda: runtime.infer(inputs), get, get)
    if quantity == "gradients":
        return Work(
            lambda: runtime.gradients(inputs, target, training=True, of_inputs=False),
            lambda found: [get(each) for each in found.parameters.values()],
            lambda found: get(found.loss),
        )
    return Work(
        lambda: runtime.train_step(inputs, target),
        lambda loss: (get(loss), runtime.read()),
        get,
    )


def timed(job: Work, synchronize: Callable[[], None], plan: Plan) -> Timed:
    """Warm up, then take samples; each call is followed by the barrier."""
    warmup: list[float] = []
    result = None
    synchronize()
    while len(warmup) < plan.warmup or sum(warmup) < plan.warmup_seconds:
        spent, result = _seconds(job.call, synchronize)
        warmup.append(spent)
    calls = 1
    if warmup and plan.sample_seconds:
        # The last of them: the first may have compiled.
        calls = math.ceil(plan.sample_seconds / max(median(warmup[-5:]), 1e-9))
    seconds: list[float] = []
    start = time.perf_counter()
    while len(seconds) < plan.most and (
        len(seconds) < plan.least or time.perf_counter() - start < plan.seconds
    ):
        spent, result = _seconds(job.call, synchronize, calls)
        seconds.append(spent)
    finite = result is None or bool(np.isfinite(job.scalar(result)).all())
    return Timed(warmup, seconds, calls, finite)


def read_at_once_and_later(
    job: Work, synchronize: Callable[[], None], calls: int, attempts: int
) -> Read:
    """How long results take to arrive after the barrier, which a real barrier has waited for."""
    found = Read([], [], [])
    for _ in range(attempts):
        seconds, result = _seconds(job.call, synchronize, calls)
        at_once = _seconds_to_read(job, result)
        _, result = _seconds(job.call, synchronize, calls)
        time.sleep(2 * at_once)  # enough for all that the barrier may have left undone
        found.seconds.append(seconds)
        found.read.append(at_once)
        found.read_later.append(_seconds_to_read(job, result))
    return found


def _seconds(
    call: Callable[[], Any], synchronize: Callable[[], None], calls: int = 1
) -> tuple[float, Any]:
    """Seconds of one of several calls, and what the last returned."""
    start = time.perf_counter()
    for _ in range(calls):
        result = call()
        synchronize()
    return round((time.perf_counter() - start) / calls, 9), result


def _seconds_to_read(job: Work, result: Any) -> float:
    start = time.perf_counter()
    job.read(result)
    return round(time.perf_counter() - start, 9)
