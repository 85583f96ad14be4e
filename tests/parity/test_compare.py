"""The judge of one tensor is judged: whatever is not an equal array must not agree."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.parity.compare import AGREES, DISAGREES, Row, compare, difference

CELL = Row("m", "b", "eager", "float64")
KEY = ("evaluation", "output", "output")
EXACT = {KEY: np.array([1.0, -2.0, 4.0])}
NOISE = {KEY: 1e-15}


def verdict(seen) -> str:
    (row,) = compare(CELL, EXACT, NOISE, seen)
    return row.verdict


def test_an_equal_array_agrees() -> None:
    """So does one that differs by less than the bound."""
    assert verdict({KEY: EXACT[KEY].copy()}) == AGREES
    assert verdict({KEY: EXACT[KEY] + 3e-15}) == AGREES


BROKEN = {
    "missing": {},
    "none": {KEY: None},
    "off": {KEY: EXACT[KEY] + 5e-15},
    "nan": {KEY: np.array([1.0, np.nan, 4.0])},
    "infinite": {KEY: np.array([1.0, np.inf, 4.0])},
    "shape": {KEY: EXACT[KEY][None]},
    "shorter": {KEY: EXACT[KEY][:2]},
    "broadcast": {KEY: np.float64(1.0)},
    "dtype": {KEY: EXACT[KEY].astype(complex)},
    "words": {KEY: np.array(["1", "-2", "4"])},
    "swapped": {KEY: EXACT[KEY][::-1]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_anything_else_disagrees(name: str) -> None:
    """With a reason in words."""
    (row,) = compare(CELL, EXACT, NOISE, BROKEN[name])
    assert row.verdict == DISAGREES
    assert row.reason


def test_a_tensor_that_the_oracle_does_not_know_disagrees() -> None:
    """Nothing extra passes unseen."""
    rows = compare(CELL, EXACT, NOISE, {**EXACT, ("evaluation", "output", "more"): np.ones(1)})
    assert [row.verdict for row in rows] == [AGREES, DISAGREES]


def test_the_error_is_relative_to_the_largest_magnitude() -> None:
    """Or absolute, where the oracle's tensor is all zeros."""
    assert difference(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == (0.5, "")
    assert difference(np.array([0.5]), np.array([0.0])) == (0.5, "")
    assert difference(np.zeros(0), np.zeros(0)) == (0.0, "")
