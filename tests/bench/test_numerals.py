"""zoo/bench/numerals.py: no digit that the interval does not carry."""

from __future__ import annotations

import math

import pytest

from zoo.bench.numerals import Scale, fixed, percent, scale
from zoo.bench.statistics import Interval


@pytest.mark.parametrize(
    ("median", "low", "high", "shown"),
    [
        (12.3456, 12.1, 12.58, ("12.3", "[12.1, 12.6]")),
        (12.3456, 12.2, 12.45, ("12.35", "[12.20, 12.45]")),
        (12.3456, 12.34, 12.35, ("12.346", "[12.340, 12.350]")),
        (1234.0, 1100.0, 1400.0, ("1230", "[1100, 1400]")),
        (1234.0, 900.0, 1700.0, ("1200", "[900, 1700]")),
        (0.0123, 0.012, 0.0127, ("0.0123", "[0.0120, 0.0127]")),
        (2.0, 2.0, 2.0, ("2.000", "[2.000, 2.000]")),
        (123.456, math.nan, math.nan, ("120", "")),
        (1.23456, math.nan, math.nan, ("1.2", "")),
    ],
)
def test_digits_follow_from_the_interval(median, low, high, shown):
    """The width has one or two digits, and the median ends where they end."""
    assert Scale(1.0, "s").shown(Interval(median, low, high)) == shown


def test_in_another_unit():
    """A number is shown in the column's unit."""
    assert Scale(1e-3, "ms").shown(Interval(0.0123456, 0.0121, 0.01258)) == (
        "12.3",
        "[12.1, 12.6]",
    )


@pytest.mark.parametrize(
    ("unit", "values", "wanted"),
    [
        ("s", [2.0, 30.0], "s"),
        ("s", [2e-3, 3e-3, 30.0], "ms"),
        ("s", [8e-4, 3e-3, 5e-2], "ms"),
        ("s", [2e-6], "µs"),
        ("s", [2e-9], "µs"),
        ("s", [], "s"),
        ("s", [0.0, 2e-3], "ms"),
        ("B", [2**20, 3 * 2**20, 2**31], "MiB"),
        ("FLOP/s", [3e9, 4e9, 1e12], "GFLOP/s"),
    ],
)
def test_one_unit_for_a_column(unit, values, wanted):
    """The unit of a column is one in which most of its numbers are at least one."""
    assert scale(unit, values).unit == wanted


@pytest.mark.parametrize(("share", "shown"), [(0.123, "12 %"), (0.0123, "1.2 %"), (1.5, "150 %")])
def test_percent(share, shown):
    """A share has two digits."""
    assert percent(share) == shown


def test_rounding_to_tens():
    """Negative places round before the point."""
    assert fixed(1234.5, -2) == "1200"


def test_no_minus_before_a_zero():
    """What rounds to zero has no sign."""
    assert fixed(-0.0004, 2) == "0.00"
