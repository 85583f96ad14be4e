"""How long the proof itself takes: the oracle beside PyTorch, and parity beside its frameworks.

    python proof.py [--backends all] [--steps 20] [--rounds 7] [--python NAME=PATH]
                    [--json FILE]

First the forward and backward pass of resnet20 in training mode, in float64, by the oracle in this
process and by the emitted program in a worker of `torch`, in turn: the ratio is the median over
rounds, its interval the extremes. Then parity in float64 of the four first models on every backend
with warm workers: what its wall time has beyond that of the workers' answers. These are timed in a
run of their own, with the oracle's part done before, as the two share the cores.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import Any, Sequence

from zoo import oracle
from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.reference import Reference, references
from zoo.parity.run import cells, judge
from zoo.target import Target, as_targets
from zoo.worker.pool import Pool
from zoo.worker.timing import Plan

MODELS = ("mlp", "lenet5", "resnet20", "transformer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", default="all")
    parser.add_argument("--steps", type=int, default=20, help="optimizer steps in parity")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--json", type=Path, help="write every figure here")
    arguments = parser.parse_args()
    python = dict(each.split("=", 1) for each in arguments.python)
    targets = as_targets(arguments.backends)
    with Pool(python=python) as pool:
        beside = [oracle_beside_torch(pool, batch, arguments.rounds) for batch in (8, 32)]
        warm(pool, targets)
        workers = {model: alone(pool, targets, model, arguments.steps) for model in MODELS}
        wall = whole(pool, targets, arguments.steps)
    busy = sum(workers.values())
    print(f"all: {wall:.1f} s, workers alone {busy:.1f} s, so ours {1 - busy / wall:.0%}")
    if arguments.json:
        figures = {
            "oracle_beside_torch": beside, "steps": arguments.steps, "workers": workers,
            "wall": wall,
        }  # fmt: skip
        arguments.json.write_text(json.dumps(figures, indent=1))


def oracle_beside_torch(pool: Pool, batch: int, rounds: int) -> dict[str, Any]:
    """Seconds of a forward and backward pass of resnet20, by either side in turn."""
    spec = registry.build("resnet20")
    case = make_case(spec, batch=batch, steps=1)
    inputs, target, masks = case.batches[0]
    session = pool.session(as_targets("torch")[0])
    session.load(spec, case.state, dtype="float64")
    samples = []
    for _ in range(rounds):
        start = time.perf_counter()
        oracle.gradients(spec, case.state, inputs, target, training=True, masks=masks)
        ours = time.perf_counter() - start
        theirs = median(session.timed("gradients", inputs, target, Plan.fixed(2, 5)).seconds)
        samples.append((ours, theirs))
    ratios = sorted(ours / theirs for ours, theirs in samples)
    print(
        f"resnet20, batch {batch}: oracle {1e3 * median(a for a, _ in samples):.0f} ms, "
        f"torch {1e3 * median(b for _, b in samples):.0f} ms, "
        f"ratio {median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}]",
        flush=True,
    )
    return {"batch": batch, "ratio": median(ratios), "samples": samples}


def warm(pool: Pool, targets: Sequence[Target]) -> None:
    """Import every framework."""
    judge(make_case(registry.build("mlp"), steps=1), targets, pool, "float64", print, {})


def alone(pool: Pool, targets: Sequence[Target], model: str, steps: int) -> float:
    """Seconds that the workers take to answer for a model when nothing else runs."""
    reference = Reference(make_case(registry.build(model), steps=steps), "float64")
    reference.moved()
    before = pool.busy_seconds
    found = list(cells(reference, targets, pool, lambda text: None, {}, {}))
    busy = pool.busy_seconds - before
    failed = [str(cell.target) for cell in found if any(r.verdict != AGREES for r in cell.rows)]
    print(
        f"{model}, {len(targets)} backends, {steps} steps: workers alone {busy:.1f} s"
        + (f"; not in agreement: {', '.join(failed)}" if failed else ""),
        flush=True,
    )
    return busy


def whole(pool: Pool, targets: Sequence[Target], steps: int) -> float:
    """Wall time of parity of all models, as `zoo parity` has it with warm workers."""
    start = time.perf_counter()
    cases = (make_case(registry.build(model), steps=steps) for model in MODELS)
    for reference in references(cases, "float64"):
        for _ in cells(reference, targets, pool, lambda text: None, {}, {}):
            pass
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
