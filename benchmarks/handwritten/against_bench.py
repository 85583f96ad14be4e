"""What `zoo bench` measures beside programs that are timed by hand.

    python against_bench.py BACKEND:MODE [MODEL ...] [--emitted] [--profile NAME] [--python PATH]
                            [--json FILE]

Two processes take turns: a cell of `zoo bench` as it always is, and one that imports nothing of
parityzoo but calls a program in a plain loop: the hand-written one or, with `--emitted`, the
emitted source itself, as anyone could run it. Every three rounds both are started anew, with the
same variables in their environments. A ratio is the median over rounds of the bench's median time
over the other's in the same round; its interval is the distribution-free one of the median (order
statistics, 95 %). It is 1 where neither the harness nor, beside a hand-written program, the
emitted one adds anything.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from against_emitted import BATCH, ROUNDS, ratio

if TYPE_CHECKING:
    from zoo.bench.live import Live

SECONDS = 0.5
"""That a visit of each takes."""
IN_A_PROCESS = 3
"""Rounds before both sides start anew."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", metavar="BACKEND:MODE")
    parser.add_argument("models", nargs="*", default=list(BATCH), metavar="MODEL")
    parser.add_argument("--emitted", action="store_true", help="time the emitted source by hand")
    parser.add_argument("--profile", default="default", help="execution profile of `zoo bench`")
    parser.add_argument("--python", help="interpreter that has the framework")
    parser.add_argument("--json", type=Path, help="write every sample here")
    arguments = parser.parse_args()
    rows = []
    with TemporaryDirectory() as folder:
        for model in arguments.models:
            rows += compare(arguments, model, Path(folder))
            if arguments.json:
                arguments.json.write_text(json.dumps(rows, indent=1))


def compare(arguments: argparse.Namespace, model: str, folder: Path) -> list[dict[str, Any]]:
    """Both in turn; print and return a row for each quantity."""
    from zoo.bench.cells import planned
    from zoo.bench.live import Live
    from zoo.bench.spending import Spending
    from zoo.bench.suite import Group, Suite
    from zoo.bench.workers import Workers
    from zoo.envs import interpreter_for

    target, python = arguments.target, arguments.python
    group = Group([model], [target], batches=[BATCH[model]], profiles=[arguments.profile])
    (cell,) = planned(Suite("against_bench", "One cell.", [group]))
    backend, given = cell.target.backend, {}
    if python is not None:
        given[backend.name] = python
    workers = Workers([cell], timeout=600, python=given, say=print)
    command = [str(interpreter_for(backend, given)), __file__, "--child"]
    framework = backend.name.partition("-")[0]
    if arguments.emitted:
        program, source = backend.emit(cell.spec), folder / f"{model}.py"
        source.write_text(program.source)
        command += ["emitted_programs", framework, cell.target.mode]
        command += [str(source), program.entry, str(cell.batch)]
    else:
        command += [f"{framework}_programs", model, cell.target.mode]
    variables = {**backend.settings, **cell.profile.variables}
    surroundings = {**os.environ, **variables, "OMP_NUM_THREADS": str(cell.threads)}
    live = Live(cell, workers.session, Spending(), seed=0)
    by_hand: dict[str, list[float]] = {"train_step": [], "inference": []}
    for first in range(0, ROUNDS, IN_A_PROCESS):
        live.begin(round=first)
        stop_at_gap(live)
        with subprocess.Popen(
            command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            other.stdout.readline()  # it has started, and leaves the cores to the bench
            for number in range(first, min(first + IN_A_PROCESS, ROUNDS)):
                if number % 2:
                    ask(other, by_hand)
                live.visit(number, 0, SECONDS, list(by_hand))
                stop_at_gap(live)
                if not number % 2:
                    ask(other, by_hand)
            other.stdin.close()
        live.end()
    found = []
    for quantity, theirs in by_hand.items():
        ours = [median(s.seconds) for s in live.cell.samples if s.quantity == quantity]
        row = {
            "target": target, "model": model, "batch": cell.batch, "profile": arguments.profile,
            "versions": live.cell.environment.versions, "emitted": arguments.emitted,
            "what": quantity, **ratio([*zip(ours, theirs)]),
        }  # fmt: skip
        low, high = row["interval"]
        print(
            f"{target:22} {model:12} {quantity:10} zoo bench {1e3 * median(ours):8.2f} ms, "
            f"by hand {1e3 * median(theirs):8.2f} ms, ratio {row['ratio']:.3f} "
            f"[{low:.3f}, {high:.3f}]",
            flush=True,
        )
        found.append(row)
    return found


def stop_at_gap(live: Live) -> None:
    if live.cell.gap:
        raise SystemExit(f"{live.cell.name}: {live.cell.gap}")


def ask(other: subprocess.Popen[str], found: dict[str, list[float]]) -> None:
    """Have the other process time each of its calls."""
    for quantity, seconds in found.items():
        print(quantity, file=other.stdin, flush=True)
        seconds.append(float(other.stdout.readline()))


def child(programs: str, *program: str) -> None:
    """Seconds of a call, whenever a line on standard input names it."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # frameworks print
    program = importlib.import_module(programs).build(*program)
    print("ready", file=answers)
    for line in sys.stdin:
        call = getattr(program, line.strip())
        start = perf_counter()
        while perf_counter() - start < 0.05:
            call()
        times = []
        start = perf_counter()
        while len(times) < 6 or perf_counter() - start < SECONDS:
            before = perf_counter()
            call()
            times.append(perf_counter() - before)
        print(median(times), file=answers)


if __name__ == "__main__":
    child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main()
