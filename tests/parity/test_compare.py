"""The judge of one tensor is judged: whatever is not an equal array must not agree."""

from __future__ import annotations

from io import StringIO

import attrs
import numpy as np
import pytest
from rich.console import Console

from zoo.parity import ParityReport
from zoo.parity.compare import AGREES, DISAGREES, Row, compare

CELL = Row("m", "b", "eager", "float64")
KEY = ("evaluation", "output", "output")
EXACT = {KEY: np.array([1.0, -2.0, 4.0])}
NOISE = {KEY: np.float64(1e-15)}


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


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_ulps_are_spacings_at_the_largest_magnitude(dtype: str) -> None:
    """As NumPy tells them, just below a power of two and at it."""
    for largest in (3.99, 4.0, 5.0):
        exact = {KEY: np.array([1.0, -largest])}
        spacing = float(np.spacing(np.dtype(dtype).type(largest)))
        seen = {KEY: exact[KEY] + [3 * spacing, 0]}
        (row,) = compare(attrs.evolve(CELL, dtype=dtype), exact, {KEY: np.float64(1)}, seen)
        assert row.ulps == pytest.approx(3)


def test_numpys_error_stands_beside() -> None:
    """In the same unit as the error; it decides nothing."""
    of_numpy = {KEY: EXACT[KEY] + [0, 0, 0.4]}
    (row,) = compare(CELL, EXACT, NOISE, EXACT, of_numpy)
    assert (row.error, row.numpy_error, row.verdict) == (0, pytest.approx(0.1), AGREES)


def test_the_error_is_relative_to_the_largest_magnitude() -> None:
    """Or absolute, where the oracle's tensor is all zeros."""

    def error(given: list[float], wanted: list[float]) -> float | None:
        (row,) = compare(CELL, {KEY: np.array(wanted)}, NOISE, {KEY: np.array(given)})
        return row.error

    assert error([1.0, 2.0], [1.0, 4.0]) == 0.5
    assert error([0.5], [0.0]) == 0.5
    assert error([], []) == 0.0


STEPS = ("steps", "parameter", "weight")


def judged(noise: list[float], seen: list[list[float]]) -> Row:
    exact = np.array([[1.0, 2.0], [1.0, 4.0], [1.0, 8.0]])
    (row,) = compare(CELL, {STEPS: exact}, {STEPS: np.array(noise)}, {STEPS: np.array(seen)})
    return row


def test_each_step_is_judged_by_its_own_bound() -> None:
    """The row shows the step where the error is the most times its bound, however small it is."""
    row = judged([1e-15, 1e-12, 1e-9], [[1.0, 2.0], [1.0, 4.0 + 1e-10], [1.0, 8.0 + 1e-9]])
    assert (row.verdict, row.step, row.told) == (DISAGREES, 2, 3)
    assert row.error == pytest.approx(2.5e-11, rel=1e-4)
    assert row.reason.startswith("after step 2 differs")
    assert judged([1e-15, 1e-9, 1e-9], [[1, 2], [1, 4 + 1e-10], [1, 8]]).verdict == AGREES


def test_where_noise_is_as_large_as_the_tensor_nothing_is_told() -> None:
    """Later steps are not judged, and the row says how many were."""
    row = judged([1e-15, 1e-12, 4.0], [[1.0, 2.0], [1.0, 4.0], [9.0, 9.0]])
    assert (row.verdict, row.told) == (AGREES, 2)
    assert judged([1e-15, 1e-12, 4.0], [[1.0, 3.0], [1.0, 4.0], [9.0, 9.0]]).verdict == DISAGREES


def test_the_report_says_from_when_on_nothing_is_told() -> None:
    """With the tensor that is lost first."""
    row = judged([1e-15, 1e-12, 4.0], [[1.0, 2.0], [1.0, 4.0], [9.0, 9.0]])
    console = Console(width=200, file=StringIO())
    console.print(ParityReport((row,), {}, 3))
    assert "after step 2 rounding alone could change weight by as much" in console.file.getvalue()


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_noise_that_is_no_number_lets_nothing_pass(broken: float) -> None:
    """Where it is so from some step on, nothing is told from there on."""
    (row,) = compare(CELL, EXACT, {KEY: np.float64("nan")}, {KEY: EXACT[KEY] + 1.0})
    assert row.verdict == DISAGREES
    assert judged([1e-15, 1e-12, broken], [[1.0, 2.0], [1.0, 4.0], [9.0, 9.0]]).told == 2
