"""The campaigns that are kept, and what docs/findings.md says of them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "benchmarks/results/random_models").glob("*.json"))


def test_the_table_of_findings_is_that_of_the_records() -> None:
    """benchmarks/random_models.py writes it."""
    table = runpy.run_path(str(ROOT / "benchmarks/random_models.py"))["table"]
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in RECORDS]
    assert len(reports) > 1
    assert f"\n\n{table(reports)}\n\n" in (ROOT / "docs/findings.md").read_text(encoding="utf-8")
