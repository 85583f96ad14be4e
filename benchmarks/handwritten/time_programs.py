"""Median milliseconds of the hand-written programs of one framework, in this interpreter.

    python time_programs.py FRAMEWORK [MODE]

FRAMEWORK is torch, tensorflow, mxnet, chainer, jax, keras-tensorflow, keras-jax or keras-torch;
without MODE, each of its modes is timed in turn.
"""

from __future__ import annotations

import importlib
import os
import sys
from statistics import median
from time import perf_counter
from typing import Callable

MODELS = ("mlp", "lenet5", "resnet20", "transformer")
WARMUP, ROUNDS, CALLS = 10, 5, 20


def milliseconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return 1000 * (perf_counter() - start)


def main(framework: str, mode: str | None = None) -> None:
    # Before the framework is imported: left alone, MXNet takes half of the cores, as if the other
    # half were hyperthreads.
    os.environ.setdefault("OMP_NUM_THREADS", str(len(os.sched_getaffinity(0))))
    name, _, engine = framework.partition("-")
    if engine:
        os.environ["KERAS_BACKEND"] = engine
    programs = importlib.import_module(f"{name}_programs")
    print(f"{'ms, median':36}{'train step':>12}{'inference':>12}")
    for each in (mode,) if mode else programs.MODES:
        for model in MODELS:
            program = programs.build(model, each)
            calls = {"train": program.train_step, "inference": program.inference}
            samples: dict[str, list[float]] = {what: [] for what in calls}
            for _ in range(ROUNDS):
                for what, call in calls.items():
                    for _ in range(WARMUP):
                        call()
                    samples[what] += [milliseconds(call) for _ in range(CALLS)]
            train, inference = (median(times) for times in samples.values())
            label = f"{framework}:{each} {model}"
            print(f"{label:36}{train:12.2f}{inference:12.2f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
