"""A first look at speed: medians over interleaved rounds."""

from __future__ import annotations

from statistics import median
from typing import Callable, Sequence

import attrs

from zoo.comparison.task import Task
from zoo.errors import WorkerError
from zoo.spec import initial
from zoo.target import Target
from zoo.worker.pool import Pool

ROUNDS, WARMUP, REPEATS = 3, 3, 10


@attrs.frozen
class Times:
    """Medians in milliseconds of one call on a batch, float32."""

    train_step: float
    inference: float


def time(
    task: Task, targets: Sequence[Target], pool: Pool, *, say: Callable[[str], None]
) -> dict[str, Times]:
    """Times by target; the targets take turns, so that a slow moment of the machine meets all.

    What is timed is the plain source, as `zoo show` prints it. A target whose worker fails has no
    times.
    """
    state = initial.initial_state(task.spec)
    inputs, labels = task.first_batch()
    samples: dict[str, dict[str, list[float]]] = {}
    for target in targets:
        try:
            pool.session(target).load(task.spec, state, dtype="float32")
            samples[str(target)] = {"train_step": [], "inference": []}
        except WorkerError:
            continue
    for number in range(ROUNDS):
        say(f"{task.spec.name}: timing, round {number + 1} of {ROUNDS}")
        for target in targets:
            for what, seconds in samples.get(str(target), {}).items():
                try:
                    seconds += pool.session(target).seconds(
                        what, inputs, labels, warmup=WARMUP, repeats=REPEATS
                    )
                except WorkerError:
                    del samples[str(target)]
                    break
    return {
        name: Times(*(1000 * median(parts[what]) for what in ("train_step", "inference")))
        for name, parts in samples.items()
    }
