"""Records that nobody measured: real models and sources, times drawn from a seed."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any, Sequence

import attrs
import numpy as np

import zoo
from zoo.bench import derive, work
from zoo.bench.record import (
    Ceiling,
    Cell,
    Certificate,
    Clock,
    Environment,
    Machine,
    Memory,
    Once,
    Record,
    Sample,
    Settings,
)
from zoo.models import registry

VERSIONS = {"torch": "2.13.0", "mxnet": "1.9.1", "chainer": "7.8.1", "jax": "0.10.2"}
MODES = {"torch": "eager", "mxnet": "hybrid", "chainer": "eager", "jax": "jit"}
SPEED = {"torch": 1.0, "mxnet": 1.35, "chainer": 2.2, "jax": 1.02}
RELATIVE = {"inference": 1, "gradients": 3, "train_step": 3.2}


def record(
    models: Sequence[str] = ("mlp",),
    backends: Sequence[str] = ("torch", "mxnet"),
    batches: Sequence[int] = (32,),
    threads: Sequence[int] = (1,),
    *,
    arguments: Sequence[dict[str, Any]] = ({},),
    rounds: int = 8,
    seed: int = 0,
    noise: float = 0.006,
    slower: dict[str, float] | None = None,
) -> Record:
    """A record with a cell for each combination.

    Args:
        arguments: changes of the models' tiny presets.
        noise: standard deviation of a round's effect, as a share.
        slower: factors by backend.
    """
    rng = np.random.default_rng(seed)
    made = Record(
        software={"parityzoo": zoo.__version__, "python": "3.11.2", "numpy": "2.4.6"},
        created="2026-11-21T20:30:00Z",
        wall_seconds=118.2,
        command=["zoo", "bench", "made-up"],
        suite={"name": "made-up"},
        settings=Settings(rounds_at_least=6),
        clock=Clock("perf_counter", 1e-9),
        machines={"m0": _machine(threads)},
        specs={},
        sources={},
        cells=[],
    )
    for model in models:
        for changes in arguments:
            spec, text, _ = _emitted(model, backends[0], json.dumps(changes))
            made.specs[spec.hash] = json.loads(text)
            for backend in backends:
                source = _emitted(model, backend, json.dumps(changes))[2]
                made.sources[hashlib.sha256(source.encode()).hexdigest()] = source
                for batch in batches:
                    for count in threads:
                        factor = SPEED[backend] * (slower or {}).get(backend, 1.0)
                        cell = _cell(spec, source, model, changes, backend, batch, count)
                        _measure(cell, rng, rounds, noise, factor)
                        made.cells.append(cell)
    return derived(made)


def derived(made: Record) -> Record:
    """The record with its figures derived."""
    made.figures = [attrs.asdict(each) for each in derive.figures(made)]
    return made


@cache
def _emitted(model: str, backend: str, changes: str) -> tuple[zoo.Spec, str, str]:
    plain = json.loads(changes)
    tuples = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()}
    spec = registry.build(model, "tiny", **tuples)
    return spec, spec.to_json(), zoo.emit(spec, backend)


def _machine(threads: Sequence[int]) -> Machine:
    ceilings = [
        Ceiling(quantity, "float32", count, "cpu", unit, [count * height] * 5)
        for count in threads
        for quantity, unit, height in (
            ("matrix-product", "FLOP/s", 6e10),
            ("bandwidth", "B/s", 1.2e10),
        )
    ]
    return Machine(
        cpu="Imaginary CPU 3000", cores=2, affinity=[0, 1], memory_bytes=8 * 2**30,
        os="Linux", kernel="6.1.0", governor=None, gpus=[], libraries=["OpenBLAS 0.3.30"],
        variables={}, ceilings=ceilings,
    )  # fmt: skip


def _cell(
    spec: zoo.Spec,
    source: str,
    model: str,
    changes: dict[str, Any],
    backend: str,
    batch: int,
    threads: int,
) -> Cell:
    mode, version = MODES[backend], VERSIONS[backend]
    proof = Certificate(
        spec.hash, hashlib.sha256(source.encode()).hexdigest(), backend, mode, version, "float32",
        43, 1e-7, 0.08,
    )  # fmt: skip
    words = "".join(f"/{name}={value}" for name, value in changes.items())
    return Cell(
        name=f"{model}{words}/{backend}:{mode}/float32/cpu/b{batch}/t{threads}", model=model,
        arguments={"preset": "tiny", **changes}, spec=proof.spec, source=proof.source,
        backend=backend, mode=mode, device="cpu", dtype="float32", batch=batch, threads=threads,
        profile="default", machine="m0",
        environment=Environment(versions={backend: version, "numpy": "2.4.6"}),
        flops=work.flops(spec, batch), bytes=work.bytes_moved(spec, batch, "float32"),
        certificate=proof,
    )  # fmt: skip


def _measure(
    cell: Cell, rng: np.random.Generator, rounds: int, noise: float, factor: float
) -> None:
    base = factor * (2e-4 + cell.flops["inference"] / 3e10 / cell.threads**0.8)
    for number in range(rounds):
        process = 1 + number // 2
        for quantity, share in RELATIVE.items():
            centre = base * share * np.exp(noise * rng.standard_normal())
            seconds = centre * (1 + 0.003 * rng.exponential(size=5))
            cell.samples.append(
                Sample(number, 0, process, quantity, [1.4 * base], seconds.tolist())
            )
        if number % 2 == 0:
            for quantity, wanted in (("import", 1.2), ("load", 0.05), ("first_train_step", 0.3)):
                taken = wanted * factor * (1 + 0.02 * rng.random())
                cell.once.append(Once(number, process, quantity, float(taken)))
            size = int(factor * 2e8 + rng.integers(2**20))
            cell.memory.append(Memory(number, process, "process", size))
