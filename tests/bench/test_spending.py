"""Where the time of a run went."""

from __future__ import annotations

import pytest

from zoo.bench import spending
from zoo.bench.spending import Spending


def test_parts_and_rest_are_the_whole(monkeypatch):
    """A clock that ticks once a reading: what is in no part is the rest."""
    ticks = iter(range(100))
    monkeypatch.setattr(spending.time, "perf_counter", lambda: float(next(ticks)))
    spent = Spending()
    with spent("starting"):
        pass
    with pytest.raises(KeyError), spent("starting"):
        raise KeyError
    spent.add("timed", 1.5)
    wall, parts = spent.total()
    assert wall == 5.0
    assert parts == {"starting": 2.0, "timed": 1.5, "rest": 1.5}
