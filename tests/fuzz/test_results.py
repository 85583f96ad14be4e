"""The campaigns that are kept, and what docs/findings.md says of them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "benchmarks/results/random_models").glob("*.json"))
TABLE = runpy.run_path(str(ROOT / "benchmarks/random_models.py"))["table"]


def test_the_table_of_findings_is_that_of_the_records() -> None:
    """benchmarks/random_models.py writes it."""
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in RECORDS]
    assert len(reports) > 1
    assert f"\n\n{TABLE(reports)}\n\n" in (ROOT / "docs/findings.md").read_text(encoding="utf-8")


def test_no_model_counts_twice() -> None:
    """Pieces of a campaign that overlap make no table."""
    cell = {"backend": "fake", "mode": "eager", "verdicts": {"agrees": 3}, "nearest": 0.5}
    pieces = [
        {"numbers": numbers, "on_kinks": [], "cells": [cell]} for numbers in ([1, 2, 3], [3, 4, 5])
    ]
    assert "| `fake:eager` | 1–3 | 3 |" in TABLE(pieces[:1])
    with pytest.raises(ValueError, match=r"fake:eager has run models \[3\] twice"):
        TABLE(pieces)


def test_a_model_on_a_kink_has_not_been_run() -> None:
    """The table's numbers are those that were judged."""
    cell = {"backend": "fake", "mode": "eager", "verdicts": {"agrees": 3}, "nearest": 0.5}
    piece = {"numbers": [1, 2, 3, 4], "on_kinks": [3], "cells": [cell]}
    assert "| `fake:eager` | 1–2, 4 | 3 |" in TABLE([piece])
