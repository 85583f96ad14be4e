"""zoo/bench/table_of_growth.py: the exponents of a record's sweeps."""

from __future__ import annotations

import pytest

from tests.bench import synthetic
from zoo.bench.table_of_growth import exponents
from zoo.errors import UsageError


def test_a_row_a_sweep():
    """A sweep is a row that says from where to where it goes; other settings stand beside it."""
    record = synthetic.record(backends=["torch"], batches=[1, 4, 16], threads=[1, 2])
    found = exponents(record)
    assert [section.title for section in found.sections] == ["mlp with batch", "mlp with threads"]
    assert found.labels == ("backend", "batch", "threads")
    assert [row.labels for row in found.sections[0].rows] == [
        ("torch:eager", "1–16", "1"), ("torch:eager", "1–16", "2"),
    ]  # fmt: skip
    assert found.columns[:2] == ("inference", "inference,\nlast two")


def test_no_sweep():
    """A record without a sweep has no such table."""
    with pytest.raises(UsageError, match="no sweep"):
        exponents(synthetic.record())
