"""Rounds, their order and their end, with cells that only count."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zoo.bench.measure import measure
from zoo.bench.record import QUANTITIES, Settings
from zoo.bench.spending import Spending


class Counted:
    """Stands for a `Live`: is precise after some rounds, or fails in one."""

    def __init__(self, name: str, precise_after: int = 10**6, fails_in: int | None = None) -> None:
        self.cell = SimpleNamespace(name=name, gap=None)
        self.precise_after, self.fails_in = precise_after, fails_in
        self.begun: list[int] = []
        self.visits: list[tuple[int, int]] = []
        self.orders: set[tuple[str, ...]] = set()
        self.is_precise = self.proven = self.ended = False

    @property
    def is_open(self) -> bool:
        return self.cell.gap is None and not self.is_precise

    def begin(self, round: int) -> None:
        self.begun.append(round)

    def visit(self, round: int, position: int, seconds: float, order: Any) -> None:
        self.visits.append((round, position))
        self.orders.add(tuple(order))
        if round == self.fails_in:
            self.cell.gap = "broken"

    def look(self, settings: Settings) -> None:
        self.is_precise = len(self.visits) >= self.precise_after

    def prove(self, prover: Any) -> None:
        self.proven = True

    def end(self) -> None:
        self.ended = True


def run(
    lives: Any, *, seed: int = 0, until: float = 1e9, say: Any = print, **settings: Any
) -> None:
    found: Any = Settings(**{"rounds_at_most": 30, **settings})
    rng = np.random.default_rng(seed)
    measure(lives, found, None, Spending(), until=until, rng=rng, say=say)  # type: ignore[arg-type]


def test_every_round_visits_all_once_in_an_order_of_its_own():
    """Positions are a permutation, and not always the same one; quantities are shuffled too."""
    lives = [Counted("a"), Counted("b"), Counted("c")]
    run(lives, rounds_at_most=20)
    orders = list(zip(*(live.visits for live in lives)))
    assert all(sorted(position for _, position in order) == [0, 1, 2] for order in orders)
    assert len(set(orders)) > 3
    assert len(lives[0].orders) > 1
    assert all(sorted(order) == sorted(QUANTITIES) for order in lives[0].orders)


def test_the_order_follows_from_the_seed():
    """The same seed, the same order; another, another."""
    visits = []
    for seed in (1, 1, 2):
        lives = [Counted("a"), Counted("b"), Counted("c")]
        run(lives, seed=seed)
        visits.append([live.visits for live in lives])
    assert visits[0] == visits[1] != visits[2]


def test_a_precise_cell_is_left_and_the_others_go_on():
    """It has the rounds that it needed, the other all."""
    soon, never = Counted("a", precise_after=6), Counted("b")
    run([soon, never])
    assert (len(soon.visits), len(never.visits)) == (6, 30)
    assert soon.proven
    assert never.proven


def test_when_the_time_is_over_the_fewest_rounds_are_made_all_the_same():
    """A figure of fewer would have no interval."""
    live = Counted("a")
    run([live], until=0.0, rounds_at_least=7)
    assert len(live.visits) == 7


def test_processes_are_begun_anew_after_so_many_rounds():
    """Before the first round, and before every fourth one after it."""
    live = Counted("a")
    run([live], rounds_per_process=4, rounds_at_most=10)
    assert live.begun == [0, 4, 8]


def test_what_has_failed_is_neither_visited_nor_proven():
    """The other cell does not notice."""
    bad, good = Counted("a", fails_in=2), Counted("b")
    run([bad, good])
    assert len(bad.visits) == 3
    assert not bad.proven
    assert len(good.visits) == 30


@pytest.mark.parametrize("key", [None, KeyboardInterrupt])
def test_all_processes_end_whatever_happens(key):
    """At the end, and when somebody presses Ctrl-C in the third round."""
    lives = [Counted("a"), Counted("b")]

    def press(text: str) -> None:
        if key and text.startswith("round 3"):
            raise key

    with pytest.raises(key) if key else nullcontext():
        run(lives, say=press)
    assert all(live.ended for live in lives)
