"""Numbers as a reader sees them: digits follow from the interval, units stand in the heading.

The last digit that is shown is that of the interval's width, by the rule of the Particle Data
Group: a width that begins with 100 to 354 has two digits, one that begins with 355 to 999 has one.
"""

from __future__ import annotations

import math
from typing import Dict, Iterable, Tuple

import attrs

from zoo.bench.statistics import Interval

NOTHING = "–"

SCALES: Dict[str, Tuple[Tuple[float, str], ...]] = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "B": ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB")),
    "FLOP/s": ((1e12, "TFLOP/s"), (1e9, "GFLOP/s"), (1e6, "MFLOP/s")),
    "%": ((1.0, "%"),),
}
"""For each unit its multiples, the largest first."""


@attrs.frozen
class Scale:
    """A multiple of a unit in which a column of numbers is shown."""

    factor: float
    unit: str

    def shown(self, interval: Interval) -> Tuple[str, str]:
        """The median, and the two ends in brackets or nothing."""
        middle, low, high = (
            value / self.factor for value in (interval.median, interval.low, interval.high)
        )
        if not interval.known:
            return fixed(middle, _decimals(abs(middle), 2)), ""
        width = high - low
        places = _decimals(abs(middle), 4) if width == 0 else -math.floor(math.log10(width / 3.55))
        return fixed(middle, places), f"[{fixed(low, places)}, {fixed(high, places)}]"


def scale(unit: str, values: Iterable[float]) -> Scale:
    """The largest multiple of a unit in which most of the values are not below one."""
    found = sorted(abs(value) for value in values if value)
    middle = found[len(found) // 2] if found else 1.0
    for factor, name in SCALES[unit]:
        if middle >= factor:
            return Scale(factor, name)
    return Scale(*SCALES[unit][-1])


def fixed(value: float, places: int) -> str:
    """The value with so many decimal places; a negative number rounds to tens, hundreds, ..."""
    rounded = round(value, places) + 0.0  # no minus before a zero
    return f"{rounded:.{max(places, 0)}f}"


def percent(share: float) -> str:
    """A share with two digits, or as many as its whole part has."""
    return f"{fixed(100 * share, max(_decimals(100 * share, 2), 0))} %"


def _decimals(value: float, digits: int) -> int:
    return digits - 1 - math.floor(math.log10(value)) if value else 0
