"""The recorded table: a data file of the package, written by `zoo conventions --record`.

Only what was measured is in it. Questions and the specification's answers are those of this version
of parityzoo; answers to questions that are no longer asked are left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zoo.conventions import specification
from zoo.conventions.questions import QUESTIONS
from zoo.conventions.table import Answer, Table

PATH = Path(__file__).with_name("recorded.json")


def load() -> Table:
    kept = json.loads(PATH.read_text(encoding="utf-8"))
    return Table(
        {name: _answers(each["answers"]) for name, each in kept.items()},
        {name: each["versions"] for name, each in kept.items()},
        {name: each["date"] for name, each in kept.items()},
        {name: each["system"] for name, each in kept.items()},
        specification.answers(),
    )


def record(measured: Table) -> Table:
    """Put measured columns in place of the recorded ones; returns the whole table."""
    whole = load().updated(measured) if PATH.exists() else measured
    kept = {
        name: {
            "versions": whole.versions[name],
            "date": whole.dates[name],
            "system": whole.system[name],
            "answers": {question: each.to_json() for question, each in answers.items()},
        }
        for name, answers in whole.answers.items()
    }
    text = json.dumps(kept, indent=1, ensure_ascii=False, allow_nan=False)
    PATH.write_text(text + "\n", encoding="utf-8")
    return whole


def _answers(kept: dict[str, Any]) -> dict[str, Answer]:
    return {name: Answer.from_json(kept[name]) for name in QUESTIONS if name in kept}
