"""What the framework means is what was recorded."""

from __future__ import annotations

import sys

from zoo.conventions import recorded
from zoo.conventions.run import measure
from zoo.target import Target


def test_the_record_still_holds(target: Target) -> None:
    """Else `zoo conventions --check` shows the same, and `--record` with a review mends it."""
    name = target.backend.name
    found = recorded.load().check(measure([target.backend], python={name: sys.executable}))
    assert found.now.backends == (name,)
    assert [(each.question.name, each.was, each.now) for each in found.changes] == []
