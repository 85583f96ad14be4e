"""The table of a campaign of `zoo fuzz` that was run in pieces, some models or backends each.

    zoo fuzz --start 0 --models 100 --backends torch,jax --json a.json
    zoo fuzz --start 100 --models 100 --backends torch,jax --json b.json
    python random_models.py a.json b.json > table.md

A model counts once for each backend. A finding has its reason; what the findings are is for
`docs/findings.md` to say.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HEAD = ("backend", "models", "agree", "refused", "disagree", "crashed", "nearest to its bound")


def main() -> None:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    nearest: defaultdict[str, float] = defaultdict(float)
    reasons: Counter[str] = Counter()
    for path in sys.argv[1:]:
        report: dict[str, Any] = json.loads(Path(path).read_text())
        if report["on_kinks"]:
            print(f"{path}: models {report['on_kinks']} were on kinks", file=sys.stderr)
        for cell in report["cells"]:
            name = f"{cell['backend']}:{cell['mode']}"
            counts[name].update(cell["verdicts"])
            nearest[name] = max(nearest[name], cell["nearest"])
        for finding in report["findings"]:
            row = finding["row"]
            reason = row["reason"].partition("\n")[0] if row["error"] is None else row["quantity"]
            reasons[f"{row['backend']}, {reason}, model {finding['number']}"] += 1
    print(f"| {' | '.join(HEAD)} |\n| --- |{' ---: |' * (len(HEAD) - 1)}")
    for name, found in sorted(counts.items()):
        kinds = (found[verdict] for verdict in ("agrees", "unsupported", "disagrees", "crashed"))
        numbers = " | ".join(map(str, (found.total(), *kinds)))
        print(f"| `{name}` | {numbers} | {nearest[name]:.2f} |")
    for reason in sorted(reasons):
        print(reason, file=sys.stderr)


if __name__ == "__main__":
    main()
