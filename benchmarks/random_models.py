"""The table of a campaign of `zoo fuzz` that was run in pieces, some models or backends each.

    zoo fuzz --start 0 --models 100 --backends torch,jax --json a.json
    zoo fuzz --start 100 --models 100 --backends torch,jax --json b.json
    python random_models.py a.json b.json > table.md

Those that are kept are in `results/random_models`, named by backends and first model. A model
counts once for each backend: one that two records hold is an error; one that came near a kink was
not judged and is left out. A finding has its reason; what the findings are is for
`docs/findings.md` to say.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Iterable, Mapping

VERDICTS = {
    "agree": "agrees",
    "refused": "unsupported",
    "disagree": "disagrees",
    "crashed": "crashed",
    "hung": "hung",
}
HEAD = ("backend", "numbers", "models", *VERDICTS, "largest error / bound")


def main() -> None:
    reports = {path: json.loads(Path(path).read_text()) for path in sys.argv[1:]}
    print(table(reports.values()))
    for path, report in reports.items():
        if report["on_kinks"]:
            print(f"{path}: models {report['on_kinks']} were on kinks", file=sys.stderr)
        for finding in report["findings"]:
            row = finding["row"]
            reason = row["reason"].partition("\n")[0] if row["error"] is None else row["quantity"]
            print(f"{row['backend']}, {reason}, model {finding['number']}", file=sys.stderr)


def table(reports: Iterable[Mapping[str, Any]]) -> str:
    """Markdown, a row for each backend.

    Raises:
        ValueError: a backend has run a model twice.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seen: defaultdict[str, set[int]] = defaultdict(set)
    nearest: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        ran = set(report["numbers"]).difference(report["on_kinks"])
        for cell in report["cells"]:
            name = f"{cell['backend']}:{cell['mode']}"
            if twice := seen[name] & ran:
                raise ValueError(f"{name} has run models {sorted(twice)} twice")
            seen[name] |= ran
            counts[name].update(cell["verdicts"])
            nearest[name] = max(nearest[name], cell["nearest"])
    lines = [f"| {' | '.join(HEAD)} |", f"| --- |{' ---: |' * (len(HEAD) - 1)}"]
    for name, found in sorted(counts.items()):
        kinds = (found[verdict] for verdict in VERDICTS.values())
        cells = " | ".join(map(str, (runs(seen[name]), found.total(), *kinds)))
        lines.append(f"| `{name}` | {cells} | {nearest[name]:.2f} |")
    return "\n".join(lines)


def runs(numbers: Iterable[int]) -> str:
    """Numbers that follow one another as their first and last: 0–99, 200, 300–399."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)


if __name__ == "__main__":
    main()
