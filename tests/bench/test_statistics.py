"""zoo/bench/statistics.py: intervals that hold what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from zoo.bench.statistics import (
    Interval,
    median_interval,
    ratio_interval,
    rounds_needed,
    trend,
)


def sampled(rng, rounds, *, between=0.02, within=0.01, centre=1.0, samples=7):
    """Rounds with an effect of their own, and skewed samples whose median is that of the round."""
    effects = centre * np.exp(between * rng.standard_normal((rounds, 1)))
    noise = within * (rng.exponential(size=(rounds, samples)) - math.log(2))
    return (effects + noise).tolist()


class TestMedianInterval:
    def test_median_of_rounds(self):
        """A round counts once, however many samples it has."""
        groups = [[1.0]] * 5 + [[9.0] * 100] * 2
        assert median_interval(groups).median == 1.0

    def test_repeats(self):
        """The same samples and seed give the same bits."""
        groups = sampled(np.random.default_rng(0), 8)
        assert median_interval(groups) == median_interval(groups)

    def test_repeats_elsewhere(self):
        """Records are verified years later: no version of a library may give other bits."""
        groups = [[1.0, 1.1], [1.2], [1.05], [0.9, 1.0, 1.3], [1.4], [1.15], [1.02], [1.25], [0.95]]
        assert median_interval(groups) == Interval(1.05, 1.0, 1.25)
        assert median_interval(groups[:8]) == Interval(1.1, 1.01, 1.325)

    def test_contains_median(self):
        """The median lies in its interval."""
        for seed in range(20):
            found = median_interval(sampled(np.random.default_rng(seed), 9))
            assert found.low <= found.median <= found.high

    def test_scales(self):
        """Samples in other units give the same interval in these units."""
        groups = sampled(np.random.default_rng(3), 8)
        found = median_interval(groups)
        scaled = median_interval([[1000 * x for x in group] for group in groups])
        assert scaled.low == pytest.approx(1000 * found.low)
        assert scaled.high == pytest.approx(1000 * found.high)
        assert scaled.margin == pytest.approx(found.margin)

    def test_constant(self):
        """Rounds without any noise give an interval without width."""
        assert median_interval([[2.0, 2.0]] * 6) == Interval(2.0, 2.0, 2.0)

    def test_few_rounds(self):
        """Too few rounds have a median and no interval, which is never narrow enough."""
        found = median_interval([[1.0], [2.0], [3.0], [4.0], [5.0]])
        assert (found.median, found.known) == (3.0, False)
        assert not found.margin <= 1e9

    def test_no_rounds(self):
        """No sample at all is a mistake of the caller."""
        with pytest.raises(ValueError, match="at least one round"):
            median_interval([])

    @pytest.mark.parametrize("rounds", [6, 12])
    @pytest.mark.parametrize("between", [0.0, 0.03])
    def test_coverage(self, rounds, between):
        """Intervals of 95 % hold the true median in 95 of 100 simulated records, or in more."""
        rng = np.random.default_rng(rounds)
        trials = 100
        held = 0
        for _ in range(trials):
            found = median_interval(sampled(rng, rounds, between=between))
            held += found.low <= 1.0 <= found.high
        # Fewer than this, with a chance of 95 % each, would happen once in a thousand times.
        assert held >= stats.binom.ppf(0.001, trials, 0.95)

    def test_second_opinion(self):
        """The interval is about as wide as the exact one from order statistics."""
        rng = np.random.default_rng(5)
        medians = 1 + 0.02 * rng.standard_normal(40)
        found = median_interval([[x] for x in medians])
        exact = stats.quantile_test(medians).confidence_interval(0.95)
        assert found.high - found.low == pytest.approx(exact.high - exact.low, rel=0.35)


class TestRoundsNeeded:
    @pytest.mark.parametrize(("confidence", "needed"), [(0.5, 2), (0.9, 5), (0.95, 6), (0.99, 8)])
    def test_binomial(self, confidence, needed):
        """From that many rounds on, the range of all misses the median rarely enough."""
        assert rounds_needed(confidence) == needed
        assert 2 * 0.5**needed <= 1 - confidence < 2 * 0.5 ** (needed - 1)


class TestRatioInterval:
    def test_paired(self):
        """A slow moment that meets both sides of a pair cancels."""
        slow = np.linspace(1, 3, 8)
        a, b = [[2.1 * x] for x in slow], [[2 * x] for x in slow]
        paired = ratio_interval(a, b)
        assert (paired.low, paired.high) == pytest.approx((1.05, 1.05))
        unpaired = ratio_interval(a, b, paired=False)
        assert unpaired.low < 1 < unpaired.high

    def test_unpaired(self):
        """Records of two days may have different numbers of rounds."""
        rng = np.random.default_rng(0)
        found = ratio_interval(sampled(rng, 9, centre=2.0), sampled(rng, 7), paired=False)
        assert found.low < 2.0 < found.high

    def test_unequal_pairs(self):
        """Rounds without a partner are refused, not left out."""
        with pytest.raises(ValueError, match="got 3, 2"):
            ratio_interval([[1.0]] * 3, [[1.0]] * 2)

    @pytest.mark.parametrize("paired", [True, False])
    def test_false_alarms(self, paired):
        """Two samples of one thing are called different in at most one of twenty pairs."""
        rng = np.random.default_rng(1)
        trials = 100
        called = 0
        for _ in range(trials):
            a, b = sampled(rng, 8), sampled(rng, 8)
            found = ratio_interval(a, b, paired=paired)
            called += not found.low <= 1 <= found.high
        assert called <= stats.binom.ppf(0.999, trials, 0.05)

    def test_finds_difference(self):
        """Five per cent are found where rounds differ by one."""
        rng = np.random.default_rng(2)
        found = ratio_interval(
            sampled(rng, 10, between=0.01, centre=1.05), sampled(rng, 10, between=0.01)
        )
        assert found.low > 1


class TestTrend:
    def test_steady(self):
        """Noise without a trend is called one as rarely as the p-value says."""
        rng = np.random.default_rng(0)
        p = [trend(sampled(rng, 12)).p for _ in range(300)]
        assert np.mean(np.array(p) < 0.05) <= stats.binom.ppf(0.999, 300, 0.05) / 300

    def test_drift(self):
        """A machine that gets slower by ten per cent is told by that amount."""
        rng = np.random.default_rng(0)
        groups = [[1 + 0.1 * i / 9 + 0.001 * rng.standard_normal()] for i in range(10)]
        found = trend(groups)
        assert found.change == pytest.approx(0.1, abs=0.01)
        assert found.p < 0.001

    def test_faster(self):
        """A change downwards is negative."""
        assert trend([[3.0], [2.5], [2.0]]).change == pytest.approx(-0.4)

    def test_constant(self):
        """What never changes has no trend, and no warning of a library."""
        assert trend([[1.0]] * 8).p == 1.0
        assert trend([[1.0]]).change == 0.0


class TestInterval:
    def test_overlaps(self):
        """Intervals that touch overlap; unknown ones overlap with everything."""
        a, b, c = Interval(1, 0.9, 1.1), Interval(1.2, 1.1, 1.3), Interval(2, 1.9, 2.1)
        assert a.overlaps(b)
        assert b.overlaps(a)
        assert not a.overlaps(c)
        assert not c.overlaps(a)
        assert a.overlaps(Interval(9, math.nan, math.nan))

    def test_margin(self):
        """The margin is the further end's distance, as a share of the median."""
        assert Interval(2.0, 1.9, 2.3).margin == pytest.approx(0.15)
