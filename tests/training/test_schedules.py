"""The factor of the learning rate at each step; 0 is the first."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.training import Constant, Cosine, Schedule, StepDecay

RATES: dict[str, tuple[Schedule, list[float]]] = {
    "constant": (Constant(), [1.0, 1.0, 1.0]),
    "warm-up": (Constant(warmup_steps=4), [0.25, 0.5, 0.75, 1.0, 1.0]),
    "warm-up of one step": (Constant(warmup_steps=1), [1.0, 1.0]),
    "steps": (StepDecay(every=2, factor=0.5), [1.0, 1.0, 0.5, 0.5, 0.25]),
    "warm-up, then steps": (
        StepDecay(every=2, factor=0.5, warmup_steps=2), [0.5, 1.0, 1.0, 1.0, 0.5, 0.5],
    ),
    "cosine": (
        Cosine(steps=4), [1.0, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2, 0.0, 0.0],
    ),
    "cosine to a fifth": (Cosine(steps=2, end_fraction=0.2), [1.0, 0.6, 0.2, 0.2]),
    "warm-up, then cosine": (
        Cosine(steps=2, warmup_steps=2), [0.5, 1.0, 1.0, 0.5, 0.0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RATES)
def test_factors(name: str) -> None:
    """From the first step on."""
    schedule, wanted = RATES[name]
    found = [schedule.rate(step) for step in range(len(wanted))]
    assert found == pytest.approx(wanted, rel=1e-15, abs=1e-16)


warmups = st.integers(0, 50)
schedules = st.one_of(
    st.builds(Constant, warmup_steps=warmups),
    st.builds(
        StepDecay, every=st.integers(1, 20), factor=st.floats(0.1, 1), warmup_steps=warmups
    ),
    st.builds(
        Cosine, steps=st.integers(1, 80), end_fraction=st.floats(0, 1), warmup_steps=warmups
    ),
)  # fmt: skip


@given(schedules)
def test_the_factor_grows_to_one_and_falls_from_there(schedule: Schedule) -> None:
    """It stays between 0 and 1; the warm-up's last step and the next have the whole rate."""
    rates = [schedule.rate(step) for step in range(150)]
    top = schedule.warmup_steps
    assert rates[top] == 1.0 == rates[max(0, top - 1)]
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0.0 <= min(rates) <= max(rates) == 1.0
