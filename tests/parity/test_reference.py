"""What a case is judged by, computed ahead of those that need it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np
import pytest

from zoo.errors import UsageError
from zoo.models import registry
from zoo.parity import reference as module
from zoo.parity.case import Case, Seen, make_case
from zoo.parity.noise import noise
from zoo.parity.reference import Reference, references
from zoo.target import Target, as_targets


@pytest.fixture
def cases() -> list[Case]:
    return [make_case(registry.build(name, "tiny"), batch=2) for name in ("mlp", "lenet5")]


@pytest.fixture
def targets() -> list[Target]:
    """One that takes variances in one pass, and one that does not."""
    return as_targets("keras-torch,torch")


def same(one: Seen, other: Seen) -> bool:
    return set(one) == set(other) and all(np.array_equal(one[key], other[key]) for key in one)


def test_what_is_computed_ahead_is_what_one_alone_gives(
    cases: list[Case], targets: list[Target]
) -> None:
    """In the order of the cases, and bit by bit."""
    found = list(references(cases, "float32"))
    for case, ahead in zip(cases, found, strict=True):
        alone = Reference(case, "float32")
        assert ahead.case is case
        assert same(ahead.exact, alone.exact)
        for target in targets:
            moved = ahead.moved(target.backend)
            assert same(moved, alone.moved(target.backend))
    assert not same(found[0].moved(targets[0].backend), found[0].moved(targets[1].backend))


def test_the_next_one_is_computed_while_one_is_used(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has asked for the second yet."""
    begun = threading.Event()

    def seen_by_oracle(case: Case) -> Seen:
        if case is cases[1]:
            begun.set()
        return made(case)

    made = module.seen_by_oracle
    monkeypatch.setattr(module, "seen_by_oracle", seen_by_oracle)
    running = references(cases, "float64")
    assert next(running).case is cases[0]
    assert begun.wait(60)
    running.close()


def test_noise_is_computed_once_for_all_who_ask(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if they ask at the same time."""
    calls = []

    def counted(*given: Any, **how: Any) -> Any:
        calls.append(how)
        return noise(*given, **how)

    monkeypatch.setattr(module, "noise", counted)
    found = Reference(cases[0], "float64")
    with ThreadPoolExecutor(4) as threads:
        bounds = list(threads.map(lambda _: found.moved(), range(4)))
    assert len(calls) == 1
    assert all(each is bounds[0] for each in bounds)


def test_a_case_that_the_oracle_refuses_fails_in_its_turn(cases: list[Case]) -> None:
    """The one before it is judged all the same."""
    first, second = cases
    state = {name: np.full_like(array, np.nan) for name, array in second.state.items()}
    running = references([first, attrs.evolve(second, state=state)], "float64")
    assert next(running).exact
    refused = next(running)
    with pytest.raises(UsageError, match="NaN or infinite"):
        refused.moved()
