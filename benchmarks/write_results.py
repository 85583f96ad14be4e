"""Writes the tables of the recorded results, and the README's: run it, then review the diff.

python benchmarks/write_results.py
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from statistics import median

from zoo import plugins
from zoo.bench import formats
from zoo.bench.record import Record
from zoo.bench.table import Entry, Row, Section, Table
from zoo.bench.table_across import across
from zoo.bench.table_of_times import times

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
BY_HAND = RESULTS / "by_hand"
README = HERE.parent / "README.md"
IN_README = RESULTS / "models.json"
MARKS = ("<!-- benchmarks/write_results.py -->\n", "<!-- end -->\n")


def pages() -> dict[Path, str]:
    """File and text of all that is derived from the records."""
    made = {}
    records = {path: Record.load(path) for path in sorted(RESULTS.glob("*.json"))}
    for path, record in records.items():
        tables = [formats.markdown(table) for table in (across(record), times(record))]
        made[path.with_suffix(".md")] = "\n".join([f"# {path.name}\n", *tables])
    made[BY_HAND.with_suffix(".md")] = f"# {BY_HAND.name}\n\n{formats.markdown(by_hand())}"
    table = formats.markdown(across(records[IN_README]))
    before, after = MARKS
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(before)
    tail = rest.split(after)[1]
    made[README] = f"{head}{before}\n{table}\n{after}{tail}"
    return made


def by_hand() -> Table:
    """What `handwritten/against_bench.py` wrote: a section for each backend, derived again."""
    comparison = runpy.run_path(str(HERE / "handwritten/against_emitted.py"))
    ratios, holding = [], 0
    sections = []
    for path in sorted(BY_HAND.glob("*.json")):
        measured = json.loads(path.read_text(encoding="utf-8"))
        rows = []
        for each in measured:
            ours, theirs = (Entry(f"{1e3 * median(side):.2f}") for side in zip(*each["samples"]))
            found = comparison["ratio"](each["samples"])
            low, high = found["interval"]
            ratios.append(found["ratio"])
            holding += low <= 1 <= high
            compared = Entry(f"{found['ratio']:.3f}", f"[{low:.3f}, {high:.3f}]")
            labels = (each["model"], str(each["batch"]), each["what"])
            rows.append(Row(labels, (ours, theirs, compared)))
        target, versions = measured[0]["target"], measured[0]["versions"]
        module = plugins.backend(target.partition(":")[0]).module
        sections.append(Section(f"{target} ({versions[module]})", tuple(rows)))
    return Table(
        title="Times",
        caption=(
            "`zoo bench` beside the same emitted source, run and timed without parityzoo. "
            f"Medians of {comparison['ROUNDS']} rounds; a ratio is the median of those of the "
            f"rounds, with its 95 % interval. {holding} of {len(ratios)} intervals hold 1, and the "
            f"median of the ratios is {median(ratios):.3f}.",
        ),
        labels=("model", "batch", "call"),
        columns=("zoo bench, ms", "timed alone, ms", "ratio"),
        sections=tuple(sections),
    )


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(HERE.parent))
