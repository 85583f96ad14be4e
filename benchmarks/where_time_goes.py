"""Where the time of a training step goes, as the framework's own profiler has it.

    python where_time_goes.py BACKEND:MODE MODEL [--batch N] [--threads N] [--steps 20] [--rows 12]

Run it with an interpreter that has both the framework and parityzoo: the emitted program runs in
this process. A row is an operation with all its calls: milliseconds a step, and calls a step.
Operations of several threads overlap, and profilers cost time, so that the sum need not be the
time of a step, which is printed above, as measured without the profiler. So are the pages of
memory that the process takes from the system in a step.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import Any, Callable, Dict, Iterable, List, Tuple

from zoo.models import registry
from zoo.parity.case import make_case
from zoo.target import parse_targets
from zoo.worker.local import Local
from zoo.worker.session import Session

Spent = Dict[str, Tuple[float, int]]
"""By the name of an operation, the seconds of all its calls, and how many they are."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", metavar="BACKEND:MODE")
    parser.add_argument("model", choices=registry.MODELS)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rows", type=int, default=12)
    given = parser.parse_args()
    (target,) = parse_targets(given.target)
    # Before the framework is imported: MXNet shall run, and tell, each operation by itself.
    os.environ.update({**target.backend.settings, "MXNET_EXEC_BULK_EXEC_TRAIN": "0"})
    spec = registry.build(given.model)
    case = make_case(spec, batch=given.batch, steps=1, dtype="float32")
    inputs, labels, _ = case.batches[0]
    with Session(target, Local(target.backend.runtime, None, {}, given.threads)) as session:
        session.load(spec, case.state, dtype="float32")

        def steps() -> float:
            how = {"warmup": 0, "repeats": given.steps}
            return median(session.seconds("train_step", inputs, labels, **how))

        steps()
        before = getrusage(RUSAGE_SELF).ru_minflt
        milliseconds = 1e3 * steps()
        faults = (getrusage(RUSAGE_SELF).ru_minflt - before) / given.steps
        print(
            f"{target} {spec.name}, batch {given.batch}: {milliseconds:.2f} ms a step, "
            f"{faults:.0f} page faults"
        )
        spent = PROFILERS[engine_of(target.backend.name)](steps)
    total = sum(seconds for seconds, _ in spent.values())
    print(f"all operations: {1e3 * total / given.steps:.2f} ms a step")
    for name in sorted(spent, key=spent.__getitem__, reverse=True)[: given.rows]:
        seconds, calls = spent[name]
        print(f"{1e3 * seconds / given.steps:10.2f} ms {calls / given.steps:8.1f} calls  {name}")


def engine_of(backend: str) -> str:
    """What computes for it: itself, or what Keras runs on."""
    return backend.rpartition("-")[2]


def by_torch(run: Callable[[], Any]) -> Spent:
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        run()
    found = profiler.key_averages()
    return {each.key: (1e-6 * each.self_cpu_time_total, each.count) for each in found}


def by_tensorflow(run: Callable[[], Any]) -> Spent:
    """Kernels of the executor: events called `name in the graph:Operation`."""
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace

    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            run()
        (path,) = Path(folder).rglob("*.xplane.pb")
        planes = XSpace.FromString(path.read_bytes()).planes
    return _by_name(
        (name.rpartition(":")[2], 1e-12 * event.duration_ps)
        for plane in planes
        for line in plane.lines
        for event in line.events
        for name in [plane.event_metadata[event.metadata_id].name]
        if re.fullmatch(r"(?!Eager)[^:]+:\w+(?<!Call)", name)
    )


def by_jax(run: Callable[[], Any]) -> Spent:
    """Thunks of XLA, each a fused computation, a product or a convolution."""
    import jax

    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            run()
        (path,) = Path(folder).rglob("*.xplane.pb")
        planes = list(jax.profiler.ProfileData.from_file(str(path)).planes)
        return _by_name(
            (re.sub(r"[.\d]+$", "", event.name), 1e-9 * event.duration_ns)
            for plane in planes
            for line in plane.lines
            if "XLA" in line.name
            for event in line.events
            if "::" not in event.name
        )


def by_mxnet(run: Callable[[], Any]) -> Spent:
    import mxnet as mx

    with tempfile.TemporaryDirectory() as folder:
        mx.profiler.set_config(
            profile_all=True, aggregate_stats=True, filename=str(Path(folder) / "profile.json")
        )
        mx.profiler.set_state("run")
        run()
        mx.nd.waitall()
        mx.profiler.set_state("stop")
        table = mx.profiler.dumps()
    rows = re.findall(r"^(?!MX)(\S+)\s+(\d+)\s+([\d.]+)\s+[\d.]+\s+[\d.]+\s+[\d.]+$", table, re.M)
    return {name: (1e-3 * float(total), int(count)) for name, count, total in rows}


def by_chainer(run: Callable[[], Any]) -> Spent:
    """Functions, without those that they call; the optimizer's update is none of them."""
    from chainer import FunctionHook

    class Hook(FunctionHook):  # type: ignore[misc]
        name = "WhereTimeGoes"

        def __init__(self) -> None:
            self.found: List[Tuple[str, float]] = []
            self.running: List[List[float]] = []

        def begin(self, *_: Any) -> None:
            self.running.append([perf_counter(), 0.0])

        def end(self, function: Any, *_: Any) -> None:
            start, within = self.running.pop()
            spent = perf_counter() - start
            self.found.append((function.label, spent - within))
            if self.running:
                self.running[-1][1] += spent

        forward_preprocess = backward_preprocess = begin
        forward_postprocess = backward_postprocess = end

    with Hook() as hook:
        run()
    return _by_name(hook.found)


def _by_name(calls: Iterable[Tuple[str, float]]) -> Spent:
    found: Spent = {}
    for name, seconds in calls:
        before, count = found.get(name, (0.0, 0))
        found[name] = (before + seconds, count + 1)
    return found


PROFILERS: Dict[str, Callable[[Callable[[], Any]], Spent]] = {
    "torch": by_torch,
    "tensorflow": by_tensorflow,
    "jax": by_jax,
    "mxnet": by_mxnet,
    "chainer": by_chainer,
}

if __name__ == "__main__":
    main()
