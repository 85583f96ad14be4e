"""The records that are kept, and what was derived from them."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from zoo.bench.record import read
from zoo.bench.verify import verify

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RECORDS = sorted((BENCHMARKS / "results").glob("*.json"))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_recorded_result_is_what_it_says(path):
    """Every figure follows from its samples."""
    assert not verify(read(path)).faults


def test_tables_are_those_of_the_records():
    """In the README and beside the records; benchmarks/write_results.py writes them."""
    pages = runpy.run_path(str(BENCHMARKS / "write_results.py"))["pages"]()
    names = {f"{path.stem}.md" for path in (*RECORDS, BENCHMARKS / "results/by_hand")}
    assert {path.name for path in pages} == {"README.md", *names}
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, path
