"""Measures cells that are compared with one another, in turns.

Each cell has a process of its own, started anew every so many rounds. In a round every cell is
visited once, in random order, so that a slow moment of the machine meets all alike; in a visit the
quantities come in random order too. A cell is done when the interval of each of its medians is as
narrow as was wanted; all are when the time is over.
"""

from __future__ import annotations

from typing import Callable, Sequence

import numpy as np

from zoo.bench.certificate import Prover
from zoo.bench.live import Live
from zoo.bench.record import QUANTITIES, Settings
from zoo.bench.spending import Spending

VISIT_SECONDS = (0.02, 0.8)
"""Of one quantity: the least if there is little time, and the most."""
SPARE = 2
"""Visits are so long that so many times the fewest rounds fit into the time."""
LOOK_AGAIN = 1.25
"""Intervals are computed again when there are so many times as many rounds."""

Say = Callable[[str], None]


def measure(
    lives: Sequence[Live],
    settings: Settings,
    prover: Prover,
    spending: Spending,
    *,
    until: float,
    rng: np.random.Generator,
    say: Say,
) -> None:
    """Measure cells until they are precise, or the run's wall time is `until`; then prove them."""
    try:
        _rounds(lives, settings, spending, until, rng, say)
        for live in lives:
            if live.cell.gap is None:
                say(f"{live.cell.name}: parity")
                live.prove(prover)
    finally:
        for live in lives:
            live.end()


def _rounds(
    lives: Sequence[Live],
    settings: Settings,
    spending: Spending,
    until: float,
    rng: np.random.Generator,
    say: Say,
) -> None:
    look, longest, starting, seconds = float(settings.rounds_at_least), 0.0, 0.0, VISIT_SECONDS[1]
    for number in range(settings.rounds_at_most):
        going = [live for live in lives if live.is_open]
        anew = number % settings.rounds_per_process == 0
        needed = longest + (starting if anew else 0.0)
        if not going or (number >= settings.rounds_at_least and spending.wall + needed > until):
            return
        start = spending.wall
        if anew:
            for live in going:
                say(f"{live.cell.name}: starting")
                live.begin(number)
            starting = spending.wall - start
        start = spending.wall
        if number == 0:
            visits = SPARE * settings.rounds_at_least * len(QUANTITIES) * len(lives)
            seconds = float(np.clip((until - start) / visits, *VISIT_SECONDS))
        for position, index in enumerate(rng.permutation(len(going))):
            live = going[index]
            if live.is_open:
                say(f"round {number + 1}: {live.cell.name}")
                live.visit(number, position, seconds, rng.permutation(QUANTITIES).tolist())
        longest = max(longest, spending.wall - start)
        if number + 1 >= look:
            look = LOOK_AGAIN * (number + 1)
            with spending("statistics"):
                for live in going:
                    live.look(settings)
