"""Writes the tables of the recorded results, and the README's: run it, then review the diff.

python benchmarks/write_results.py
"""

from __future__ import annotations

from pathlib import Path

from zoo.bench import formats
from zoo.bench.record import Record
from zoo.bench.table_across import across
from zoo.bench.table_of_times import times

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
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
    table = formats.markdown(across(records[IN_README]))
    before, after = MARKS
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(before)
    tail = rest.split(after)[1]
    made[README] = f"{head}{before}\n{table}\n{after}{tail}"
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(HERE.parent))
