"""How long the proof itself takes: the oracle beside PyTorch, and parity beside its frameworks.

    python proof.py [--backends all] [--steps 20] [--rounds 7] [--python NAME=PATH]
                    [--json FILE]

First the forward and backward pass of resnet20 in training mode, in float64, by the oracle in this
process and by the emitted program in a worker of `torch`, in turn: the ratio is the median over
rounds, its interval the extremes. Then parity in float64 of the four first models on every backend
with warm workers: what share of the wall time no worker spent answering, so that it is ours.
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
        shares = [share(pool, targets, model, arguments.steps) for model in MODELS]
    wall, busy = (sum(each[what] for each in shares) for what in ("wall", "workers"))
    print(f"all of them: {wall:.1f} s, of which workers {busy:.1f} s, ours {_ours(wall, busy)}")
    if arguments.json:
        figures = {"oracle_beside_torch": beside, "share": shares, "steps": arguments.steps}
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


def share(pool: Pool, targets: Sequence[Target], model: str, steps: int) -> dict[str, Any]:
    """Wall time of parity of a model, and how much of it no worker was busy."""
    start, before = time.perf_counter(), pool.busy_seconds
    case = make_case(registry.build(model), steps=steps)
    found = list(cells(case, targets, pool, "float64", lambda text: None, {}, {}))
    wall, busy = time.perf_counter() - start, pool.busy_seconds - before
    failed = [str(cell.target) for cell in found if any(r.verdict != AGREES for r in cell.rows)]
    print(
        f"{model}, {len(targets)} backends, {steps} steps: {wall:.1f} s, of which workers "
        f"{busy:.1f} s, ours {_ours(wall, busy)}"
        + (f"; not in agreement: {', '.join(failed)}" if failed else ""),
        flush=True,
    )
    return {"model": model, "wall": wall, "workers": busy, "failed": failed}


def _ours(wall: float, busy: float) -> str:
    return f"{100 * (1 - busy / wall):.0f} %"


if __name__ == "__main__":
    main()
