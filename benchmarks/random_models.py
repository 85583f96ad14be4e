"""The table of a campaign of `zoo fuzz` that was run in pieces, some models or backends each.

    zoo fuzz --start 0 --models 100 --backends torch,jax --json a.json
    zoo fuzz --start 100 --models 100 --backends torch,jax --json b.json
    python random_models.py a.json b.json > table.md

Those that are kept are in `results/random_models`, named by backends and first model. A model
counts once for each backend. A finding has its reason; what the findings are is for
`docs/findings.md` to say.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Iterable, Mapping

HEAD = ("backend", "models", "agree", "refused", "disagree", "crashed", "nearest to its bound")


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
    """Markdown, a row for each backend."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    nearest: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        for cell in report["cells"]:
            name = f"{cell['backend']}:{cell['mode']}"
            counts[name].update(cell["verdicts"])
            nearest[name] = max(nearest[name], cell["nearest"])
    lines = [f"| {' | '.join(HEAD)} |", f"| --- |{' ---: |' * (len(HEAD) - 1)}"]
    for name, found in sorted(counts.items()):
        kinds = (found[verdict] for verdict in ("agrees", "unsupported", "disagrees", "crashed"))
        numbers = " | ".join(map(str, (found.total(), *kinds)))
        lines.append(f"| `{name}` | {numbers} | {nearest[name]:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
