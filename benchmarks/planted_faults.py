"""The table of a run of `zoo selftest`, as `docs/findings.md` has it.

zoo selftest --json results/planted_faults/float64.json
python planted_faults.py results/planted_faults/float64.json > table.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Mapping

COLUMNS = {
    "faults planted": "planted",
    "caught": "caught",
    "right layer": "right",
    "refused": "refused",
    "clean comparisons": "clean",
    "alarms": "false_alarms",
}


def main() -> None:
    (path,) = sys.argv[1:]
    print(table(json.loads(Path(path).read_text(encoding="utf-8"))))


def table(report: Mapping[str, Any]) -> str:
    """Markdown, a row for each backend and one for all of them."""
    scores = report["scores"]
    rows = [(f"`{score['backend']}:{score['mode']}`", score) for score in scores]
    rows.append(("all", {key: sum(s[key] for s in scores) for key in COLUMNS.values()}))
    lines = [f"| backend | {' | '.join(COLUMNS)} |", f"| --- |{' ---: |' * len(COLUMNS)}"]
    for name, score in rows:
        lines.append(f"| {name} | {' | '.join(str(score[key]) for key in COLUMNS.values())} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
