"""One block of cells, which take turns, on the machine that this runs on: a job by itself."""

from __future__ import annotations

import platform
from contextlib import suppress
from typing import Callable, Dict, List, Sequence

import attrs
import numpy as np

from zoo.bench import ceilings, environment, gpu_ceilings
from zoo.bench.cells import Planned
from zoo.bench.certificate import Prover
from zoo.bench.live import Live
from zoo.bench.measure import measure
from zoo.bench.record import Cell, Machine, Settings
from zoo.bench.spending import Spending
from zoo.bench.workers import Workers
from zoo.errors import BackendUnavailable, UnsupportedError, WorkerError

Say = Callable[[str], None]


@attrs.frozen
class Measured:
    """What a block gives to the record.

    Attributes:
        host: name of the machine, by which machines are told apart; it is not recorded.
        machine: facts, and the ceilings before and after.
        cells: as they were planned.
        sources: emitted programs by their hash.
        spent: seconds by what they were spent on.
    """

    host: str
    machine: Machine
    cells: List[Cell]
    sources: Dict[str, str]
    spent: Dict[str, float]


def measure_block(
    block: Sequence[Planned],
    settings: Settings,
    workers: Workers,
    prover: Prover,
    *,
    number: int,
    seconds: float,
    say: Say,
) -> Measured:
    """Measure cells that are compared with one another, for so many seconds.

    `number` is that of the block; the order of its rounds follows from it and the seed.
    """
    machine, spending = environment.machine(), Spending()
    lives = [Live(each, workers.session, spending, settings.seed) for each in block]
    rng = np.random.default_rng([settings.seed, number])
    _ceilings(machine, block, workers, spending, say)
    measure(lives, settings, prover, spending, until=seconds, rng=rng, say=say)
    _ceilings(machine, block, workers, spending, say)
    cells = [live.cell for live in lives]
    sources = {live.cell.source: live.source for live in lives if live.cell.source}
    return Measured(platform.node(), machine, cells, sources, spending.total()[1])


def _ceilings(
    machine: Machine, block: Sequence[Planned], workers: Workers, spending: Spending, say: Say
) -> None:
    """What the machine can do at this moment."""
    first = block[0]
    if first.dtype not in ceilings.DTYPES:
        return
    say("the machine's ceilings")
    with spending("ceilings"):
        if first.target.device == "cpu":
            ceilings.measure(machine.ceilings, first.dtype, first.threads)
        else:
            _gpu_ceilings(machine, block, workers)


def _gpu_ceilings(machine: Machine, block: Sequence[Planned], workers: Workers) -> None:
    """By the first framework of the block that can; without one, they stay unknown."""
    for cell in block:
        with suppress(BackendUnavailable, UnsupportedError, WorkerError):
            with workers.session(cell) as session:
                gpu_ceilings.measure(machine.ceilings, session, cell.dtype, cell.threads)
            return
