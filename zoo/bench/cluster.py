"""Blocks of cells as jobs of a Dask cluster: one at a time in each of its workers' slots.

A block stays together, as its cells are compared with one another on one machine. Dask runs a job
again elsewhere if its worker is lost. The machines need this package, the adapters and a Python for
each framework, as here; a machine that several workers share measures them against one another, so
give each machine one worker with one thread.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Sequence

from zoo.bench.block import Measured, measure_block
from zoo.bench.cells import Planned
from zoo.bench.certificate import Prover
from zoo.bench.record import Settings
from zoo.bench.workers import Workers
from zoo.errors import UsageError

TO_CONNECT = "10s"


def measured(
    scheduler: str,
    blocks: Sequence[Sequence[Planned]],
    settings: Settings,
    *,
    timeout: float,
    python: Mapping[str, str] | None,
    say: Callable[[str], None],
) -> list[Measured]:
    """What each block gives, in their order.

    Raises:
        UsageError: the extra `cluster` is not installed, or nobody answers at the address.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(scheduler, timeout=TO_CONNECT)
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {scheduler}: no Dask scheduler answers: {error}") from None
    with client:
        slots = max(1, sum(client.nthreads().values()))
        seconds = settings.budget_seconds * min(slots, len(blocks)) / len(blocks)
        jobs = {
            client.submit(
                job, list(block), settings, number, seconds, timeout, dict(python or {}),
                pure=False,
            ): number
            for number, block in enumerate(blocks)
        }  # fmt: skip
        found = dict(_gathered(distributed, jobs, say))
    return [found[number] for number in range(len(blocks))]


def job(
    block: list[Planned],
    settings: Settings,
    number: int,
    seconds: float,
    timeout: float,
    python: dict[str, str],
) -> Measured:
    """Runs in a worker of the cluster; the interpreters are that machine's own."""
    quiet: Callable[[str], None] = lambda text: None  # noqa: E731
    workers = Workers(block, timeout=timeout, python=python, say=quiet)
    prover = Prover(settings.seed)
    return measure_block(
        block, settings, workers, prover, number=number, seconds=seconds, say=quiet
    )


def _gathered(
    distributed: Any, jobs: Mapping[Any, int], say: Callable[[str], None]
) -> Iterator[tuple[int, Measured]]:
    for done, future in enumerate(distributed.as_completed(list(jobs)), start=1):
        yield jobs[future], future.result()
        say(f"{done} of {len(jobs)} jobs done")


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'parityzoo[cluster]'") from None
    return distributed
