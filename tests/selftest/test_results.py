"""The run that is kept, and what docs/findings.md and the README say of it."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "benchmarks/results/planted_faults/float64.json"
RECORD = json.loads(KEPT.read_text(encoding="utf-8"))
TABLE = runpy.run_path(str(ROOT / "benchmarks/planted_faults.py"))["table"]


def test_the_table_of_findings_is_that_of_the_record() -> None:
    """benchmarks/planted_faults.py writes it."""
    kinds = {fault["fault"] for score in RECORD["scores"] for fault in score["faults"]}
    findings = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    assert f"\n\n{TABLE(RECORD)}\n\n" in findings
    assert f"seed {RECORD['seed']}, {len(kinds)} kinds" in " ".join(findings.split())


def test_the_readme_counts_as_the_record_does() -> None:
    """Faults, runs without one, and alarms."""
    planted, caught, right, clean, alarms = (
        sum(score[key] for score in RECORD["scores"])
        for key in ("planted", "caught", "right", "clean", "false_alarms")
    )
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert planted == caught == right
    assert f"of {planted} faults in eight backends all were caught, each at its layer" in readme
    assert f"of {clean:,} runs without a planted fault {alarms} raised an alarm" in readme
