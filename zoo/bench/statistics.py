"""Intervals, ratios and trends of times that were sampled in rounds.

Samples of one round share a process and a moment of the machine, so they are not independent;
rounds are. A round therefore counts once, with its median, and a figure is the median over
rounds. Its interval is the percentile bootstrap over rounds (Davison and Hinkley 1997, section
3.8), with percentiles expanded for few rounds (Hesterberg 2015, section 5.3).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Callable, Sequence, Tuple

import attrs
import numpy as np
from scipy import stats

Rounds = Sequence[Sequence[float]]
"""Samples of each round, in the order of the rounds; there may be more in one than in another."""

Medians = Tuple[float, ...]

RESAMPLES = 9999


@attrs.frozen
class Interval:
    """A median and where it may lie; both ends are NaN if there are too few rounds to say."""

    median: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        return not math.isnan(self.low)

    @property
    def margin(self) -> float:
        """Distance of the further end from the median, as a share of the median."""
        return max(self.high - self.median, self.median - self.low) / abs(self.median)

    def overlaps(self, other: Interval) -> bool:
        """Whether both may be the same; intervals that are not known may be anything."""
        return not (self.high < other.low or other.high < self.low)


@attrs.frozen
class Trend:
    """How a figure moved from the first round to the last.

    Attributes:
        change: along the Theil-Sen line, as a share of the median.
        p: chance of an order at least as monotone if there is no trend (Mann-Kendall).
    """

    change: float
    p: float


def rounds_needed(confidence: float = 0.95) -> int:
    """Rounds below which no interval of a median has this confidence.

    The widest, from the least to the largest of n, misses the median with probability 2^(1-n).
    """
    return math.ceil(1 - math.log2(1 - confidence))


def median_interval(groups: Rounds, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """The median over rounds of each round's median."""
    return _interval((_medians(groups),), np.median, confidence, seed)


def ratio_interval(
    a: Rounds, b: Rounds, *, paired: bool = True, confidence: float = 0.95, seed: int = 0
) -> Interval:
    """How many times as large `a` is as `b`.

    Paired, round i of both was measured at one time, and their ratio is taken round by round:
    what slows the machine for a while cancels. Otherwise it is the ratio of two medians.

    Raises:
        ValueError: paired, and not as many rounds of one as of the other.
    """
    if not paired:
        return _interval((_medians(a), _medians(b)), _ratio_of_medians, confidence, seed)
    if len(a) != len(b):
        raise ValueError(f"rounds that are pairs are as many on both sides, got {len(a)}, {len(b)}")
    ratios = tuple(x / y for x, y in zip(_medians(a), _medians(b)))
    return _interval((ratios,), np.median, confidence, seed)


def trend(groups: Rounds) -> Trend:
    """Whether rounds grow or fall with time."""
    medians = np.array(_medians(groups))
    rounds = np.arange(len(medians))
    if len(medians) < 2 or np.all(medians == medians[0]):
        return Trend(0.0, 1.0)
    slope = stats.theilslopes(medians, rounds).slope
    change = slope * rounds[-1] / np.median(medians)
    return Trend(float(change), float(stats.kendalltau(rounds, medians).pvalue))


def _medians(groups: Rounds) -> Medians:
    return tuple(float(np.median(group)) for group in groups)


def _ratio_of_medians(a: Any, b: Any, axis: int = -1) -> Any:
    return np.median(a, axis=axis) / np.median(b, axis=axis)


@lru_cache(maxsize=8192)
def _interval(
    data: Tuple[Medians, ...], statistic: Callable[..., Any], confidence: float, seed: int
) -> Interval:
    """Of the statistic of medians; remembered, since one figure stands in many places."""
    rounds = min(map(len, data))
    if rounds == 0:
        raise ValueError("an interval needs samples of at least one round")
    middle = float(statistic(*map(np.array, data)))
    if rounds < rounds_needed(confidence):
        return Interval(middle, math.nan, math.nan)
    found = stats.bootstrap(
        data,
        statistic,
        vectorized=True,
        n_resamples=RESAMPLES,
        method="percentile",
        confidence_level=_expanded(confidence, rounds),
        random_state=seed,
    ).confidence_interval
    return Interval(middle, float(found.low), float(found.high))


def _expanded(confidence: float, rounds: int) -> float:
    """The confidence to ask of normal percentiles for what Student's t gives with few rounds."""
    wanted = stats.t.ppf((1 + confidence) / 2, rounds - 1)
    return float(1 - 2 * stats.norm.cdf(-math.sqrt(rounds / (rounds - 1)) * wanted))
