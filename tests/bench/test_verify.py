"""zoo/bench/verify.py: the report on a record."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from tests.bench import synthetic
from zoo.bench.verify import SHOWN, Verification, verify
from zoo.errors import UsageError


def printed(found: Verification) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(found)
    return console.file.getvalue()


def test_untouched():
    """A record as it was written has neither faults nor doubts."""
    data = synthetic.record().to_json()
    found = verify(data)
    assert (found.passed, found.findings, found.exit_code) == (True, (), 0)
    assert (found.cells, found.figures) == (2, len(data["figures"]))
    assert "verified: 2 cells" in printed(found)


def test_another_file():
    """What is no record is bad input."""
    with pytest.raises(UsageError, match="no benchmark record"):
        verify({"schema": "parityzoo/bench/1"})


def test_many_are_counted():
    """Of many findings some are printed and all are in the JSON."""
    record = synthetic.record(batches=range(1, 13), noise=0.1)
    found = verify(record.to_json())
    more = len(found.findings) - SHOWN
    assert more > 0
    assert f"and {more} more doubts; --json lists them all" in printed(found)
    assert len(found.to_json()["findings"]) == len(found.findings)
