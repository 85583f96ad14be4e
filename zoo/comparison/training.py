"""Training for real: the same start, batches and dropout masks in every framework."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo import oracle
from zoo.comparison.task import BATCH, Task
from zoo.errors import WorkerError
from zoo.spec import initial
from zoo.target import Target
from zoo.worker.pool import Pool

Array = NDArray[Any]

ORACLE = "numpy"


@attrs.frozen(eq=False)
class Curve:
    """Training loss of each step, and the share of test images recognised at the end."""

    losses: Array
    accuracy: float


def train(
    task: Task,
    targets: Sequence[Target],
    pool: Pool,
    *,
    epochs: int,
    seed: int,
    say: Callable[[str], None],
) -> tuple[dict[str, Curve], dict[str, WorkerError]]:
    """Loss curves by target, and of the oracle under the name `numpy`, all in float64.

    Float64, because training is chaotic: a rounding in float32 grows to a visible difference of a
    deep network's loss within some dozen steps, which would say nothing about meaning.

    The curves advance together, a few steps at a time; a target whose worker fails is left out
    and its error returned.
    """
    start = initial.initial_state(task.spec, seed)
    losses: dict[str, list[Array]] = {ORACLE: []}
    failed: dict[str, WorkerError] = {}
    state: Mapping[str, Array] = start
    velocity: Mapping[str, Array] | None = None
    for target in targets:
        try:
            pool.session(target).load(task.spec, start, dtype="float64", mask_batch=BATCH)
            losses[str(target)] = []
        except WorkerError as error:
            failed[str(target)] = error
    for number, (inputs, labels, masks) in enumerate(task.chunks(epochs, seed)):
        say(f"{task.spec.name}: training, part {number + 1}")
        steps = [
            tuple({k: a[i] for k, a in part.items()} for part in (inputs, masks))
            for i in range(len(labels))
        ]
        batches = [(x, labels[i], m) for i, (x, m) in enumerate(steps)]
        found, state, velocity = oracle.train(task.spec, state, batches, optimizer_state=velocity)
        losses[ORACLE].append(np.asarray(found))
        for target in targets:
            if str(target) in failed:
                continue
            try:
                losses[str(target)].append(pool.session(target).train(inputs, labels, masks))
            except WorkerError as error:
                failed[str(target)] = error
    curves = {}
    logits = oracle.evaluate(task.spec, state, task.test_inputs)
    curves[ORACLE] = Curve(np.concatenate(losses[ORACLE]), task.accuracy(logits))
    for target in targets:
        if str(target) in failed:
            continue
        session = pool.session(target)
        try:
            session.load(task.spec, session.state(), dtype="float64")
            accuracy = task.accuracy(session.infer(task.test_inputs))
            curves[str(target)] = Curve(np.concatenate(losses[str(target)]), accuracy)
        except WorkerError as error:
            failed[str(target)] = error
    return curves, failed
