"""Emitted programs against the hand-written ones: ratios from one interleaved run.

    python against_emitted.py BACKEND:MODE [MODEL ...] [--python PATH] [--json FILE]

This interpreter emits; the backend's interpreter (its managed environment, or --python) loads both
programs of a model side by side and calls them in turn. A ratio is the median over rounds of the
emitted program's median time over the hand-written one's in the same round; its interval is the
distribution-free one of the median (order statistics, 95 %).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
BATCH = {"mlp": 128, "lenet5": 128, "resnet20": 32, "transformer": 16}
ROUNDS, CALLS = 15, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", metavar="BACKEND:MODE")
    parser.add_argument("models", nargs="*", default=list(BATCH), metavar="MODEL")
    parser.add_argument("--python", help="interpreter that has the framework")
    parser.add_argument("--json", type=Path, help="write every sample here")
    arguments = parser.parse_args()
    rows = []
    for model in arguments.models:
        rows += compare(arguments.target, model, arguments.python)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


def compare(target_text: str, model: str, python: str | None) -> list[dict]:
    """Emit one model, run both programs in the backend's interpreter, print and return the rows."""
    import zoo
    from zoo import envs
    from zoo.models import registry
    from zoo.spec import initial
    from zoo.target import parse_targets

    (target,) = parse_targets(target_text)
    backend = target.backend
    spec = registry.build(model)
    program = backend.emit(spec)
    bindings = backend.bindings(spec)
    inputs = initial.random_inputs(spec, BATCH[model])
    job = {
        "model": model,
        "mode": target.mode,
        # One module for all engines of a framework.
        "programs": f"{backend.name.partition('-')[0]}_programs",
        "package": backend.package,
        "core": str(Path(zoo.__file__).parent),
        "adapter": str(backend.location()),
        "source": program.source,
        "entry": program.entry,
        "inputs": [
            bindings.inputs[i].there(inputs[node.name]).tolist()
            for i, node in enumerate(spec.inputs)
        ],
        "target": initial.random_target(spec, BATCH[model]).tolist(),
    }
    interpreter = python or str(envs.interpreter_for(backend))
    cores = str(len(os.sched_getaffinity(0)))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        done = subprocess.run(
            [interpreter, __file__, "--child", file.name],
            env={
                **os.environ,
                **backend.settings,
                "OMP_NUM_THREADS": cores,
                "TF_CPP_MIN_LOG_LEVEL": "2",
            },
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    rows = json.loads(done.stdout.splitlines()[-1])
    for row in rows:
        low, high = row["interval"]
        print(
            f"{target_text:22} {model:12} {row['what']:10} emitted {row['emitted_ms']:8.2f} ms, "
            f"hand-written {row['hand_written_ms']:8.2f} ms, ratio {row['ratio']:.3f} "
            f"[{low:.3f}, {high:.3f}]",
            flush=True,
        )
    return rows


def child(path: str) -> None:
    """In the backend's interpreter: time both programs of one model in turn."""
    job = json.loads(Path(path).read_text())
    import importlib

    import numpy as np

    # As a worker does: both packages from where the parent has them, and nothing else of it.
    sys.path.insert(0, str(Path(job["core"]) / "worker"))
    boot = importlib.import_module("boot")
    del sys.path[0]
    boot.offer("zoo", Path(job["core"]))
    boot.offer(job["package"], Path(job["adapter"]))
    threads = int(os.environ["OMP_NUM_THREADS"])
    runtime = importlib.import_module(f"{job['package']}.run").Runtime(
        mode=job["mode"], dtype="float32", threads=threads
    )
    programs = importlib.import_module(job["programs"])
    if job["mode"] not in programs.MODES:
        raise SystemExit(f"{job['programs']}.py has {programs.MODES}, not {job['mode']}")
    hand_written = programs.build(job["model"], job["mode"])
    runtime.load(job["source"], job["entry"])
    inputs = [runtime.put(np.asarray(each)) for each in job["inputs"]]
    target = runtime.put(np.asarray(job["target"]))

    def emitted_step() -> None:
        runtime.train_step(inputs, target)
        runtime.synchronize()

    def emitted_inference() -> None:
        runtime.infer(inputs)
        runtime.synchronize()

    rows = []
    for what, pair in (
        ("train step", (emitted_step, hand_written.train_step)),
        ("inference", (emitted_inference, hand_written.inference)),
    ):
        rows.append({"model": job["model"], "what": what, **ratios(*pair)})
    print(json.dumps(rows))


def ratios(emitted, hand_written) -> dict:
    from time import perf_counter

    def once(call) -> float:
        start = perf_counter()
        call()
        return 1000 * (perf_counter() - start)

    for call in (emitted, hand_written) * 10:
        call()
    samples = []
    for number in range(ROUNDS):
        order = (emitted, hand_written) if number % 2 else (hand_written, emitted)
        times = {call: [] for call in order}
        for _ in range(CALLS):
            for call in order:
                times[call].append(once(call))
        samples.append((median(times[emitted]), median(times[hand_written])))
    return {
        "emitted_ms": median(a for a, _ in samples),
        "hand_written_ms": median(b for _, b in samples),
        **ratio(samples),
    }


def ratio(samples: list[tuple[float, float]]) -> dict:
    """Median ratio of the two of a round, with its interval."""
    sorted_ratios = sorted(a / b for a, b in samples)
    return {
        "ratio": median(sorted_ratios),
        # With 15 rounds, the 4th and the 12th order statistic hold the median at 96 %.
        "interval": [sorted_ratios[3], sorted_ratios[-4]],
        "samples": samples,
    }


if __name__ == "__main__":
    child(sys.argv[2]) if sys.argv[1:2] == ["--child"] else main()
