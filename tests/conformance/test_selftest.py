"""Faults planted in the backend's own programs are caught and named; clean programs are not."""

from __future__ import annotations

import sys

import pytest

from tests.conformance.effort import compiles_slowly
from zoo.selftest.report import ABSENT, CAUGHT
from zoo.selftest.run import selftest
from zoo.selftest.texts import TEXT_FAULTS
from zoo.target import Target

pytestmark = pytest.mark.usefixtures("less_effort")

ONE_OF_EACH_WAY = ("batch norm's epsilon", "dense weight transposed", "momentum left out")


def test_faults_of_every_way_are_caught_and_named(target: Target) -> None:
    """One of each way, and what is written in this framework's own idiom."""
    texts = [] if compiles_slowly(target) else [fault.name for fault in TEXT_FAULTS]
    names = [*ONE_OF_EACH_WAY, *texts]
    report = selftest([target], faults=names, clean=1, python={target.backend.name: sys.executable})
    (score,) = report.scores
    assert not score.reason
    for each in score.outcomes:
        assert each.verdict in (CAUGHT, ABSENT), (each.fault.name, each.reason)
        assert each.is_right or each.verdict == ABSENT, (each.fault.name, each.reason)
    assert score.verdicts[ABSENT] < len(names)
    assert not score.alarms
    assert report.passed
