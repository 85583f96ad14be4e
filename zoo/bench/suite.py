"""Suites: which cells to measure and for how long, as data in `suites/`.

A suite is a JSON object (`suite.schema.json`); `zoo bench my.json` runs one of your own.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional

import attrs
import cattrs
import jsonschema

from zoo.bench.record import read
from zoo.errors import UsageError, nearest
from zoo.worker.facts import affinity

FOLDER = Path(__file__).with_name("suites")


@attrs.frozen
class Group:
    """Every combination of what is listed is a cell.

    Attributes:
        models: names, or paths of specifications.
        backends: words such as `torch`, `torch:compile@gpu`, `all`.
        preset: of the models' arguments.
        set: changed arguments.
        sweep: arguments with several values each.
        dtypes, batches, threads, profiles: of the cells.
    """

    models: List[str]
    backends: List[str]
    preset: Optional[str] = None
    set: Dict[str, Any] = attrs.field(factory=dict)
    sweep: Dict[str, List[Any]] = attrs.field(factory=dict)
    dtypes: List[str] = attrs.field(factory=lambda: ["float32"])
    batches: List[int] = attrs.field(factory=lambda: [32])
    threads: List[int] = attrs.field(factory=lambda: [len(affinity())])
    profiles: List[str] = attrs.field(factory=lambda: ["default"])


@attrs.frozen
class Suite:
    """Groups of cells, and how they are measured (`zoo.bench.record.Settings`)."""

    name: str
    summary: str
    groups: List[Group]
    budget_seconds: float = 120.0
    precision: float = 0.02
    rounds_at_least: int = 6
    rounds_at_most: int = 100
    rounds_per_process: int = 3


def names() -> tuple[str, ...]:
    """The suites that ship with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def load(word: str) -> Suite:
    """The suite of that name, or in the file of that path.

    Raises:
        UsageError: there is none, or it is not a suite; says where.
    """
    if word in names():
        return from_json(read(FOLDER / f"{word}.json"), word)
    if not word.endswith(".json"):
        raise UsageError(f"no suite {word!r}; {nearest(word, names())}")
    return from_json(read(word), word)


def from_json(data: Any, where: str) -> Suite:
    """A suite from plain data.

    Raises:
        UsageError: it is not one; says where.
    """
    error = jsonschema.exceptions.best_match(_validator().iter_errors(data))
    if error is not None:
        raise UsageError(f"{where}: no suite: {error.json_path}: {error.message[:300]}")
    return cattrs.structure(data, Suite)


def plain(suite: Suite) -> dict[str, Any]:
    """The suite as JSON has it."""
    data: dict[str, Any] = json.loads(json.dumps(attrs.asdict(suite), allow_nan=False))
    return data


def checked(suite: Suite) -> Suite:
    """The same suite, as it would be read from a file.

    Raises:
        UsageError: a value of it is out of range; says where.
    """
    try:
        return from_json(plain(suite), suite.name)
    except ValueError as error:  # NaN or infinite
        raise UsageError(f"{suite.name}: no suite: {error}") from None


def is_suite(word: str) -> bool:
    """Whether a word means a suite: a name of one, or a JSON file with groups in it."""
    if word.endswith(".json"):
        data = read(word)
        return isinstance(data, dict) and "groups" in data
    return word in names()


@lru_cache(maxsize=1)
def _validator() -> Any:
    text = Path(__file__).with_name("suite.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))
