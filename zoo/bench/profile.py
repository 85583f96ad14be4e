"""Execution profiles, as data in `profiles.json`: what is set alike for every framework.

Each is `default` with what it changes in it. The file also says what each backend compiles in each
of its modes, which the record repeats.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict

import attrs

from zoo.errors import UsageError, nearest
from zoo.target import Target


@attrs.frozen
class Profile:
    """How workers run.

    Attributes:
        name: in the record.
        says: what it is, in a sentence.
        tuning: what runtimes are asked to set (`tune` in `zoo.worker.runtime`).
        variables: what is set in their environment.
    """

    name: str
    says: str
    tuning: Dict[str, bool]
    variables: Dict[str, str]

    def declared(self, target: Target) -> dict[str, Any]:
        """The profile of a backend in its mode, as it stands in the record."""
        compiled = _file()["compiled"].get(f"{target.backend.name}:{target.mode}")
        return {**attrs.asdict(self), "compiled": compiled}


def profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UsageError: there is none; the message has the nearest.
    """
    if name not in names():
        raise UsageError(f"no execution profile {name!r}; {nearest(name, names())}")
    default, own = _file()["profiles"]["default"], _file()["profiles"][name]
    tuning = {**default["tuning"], **own.get("tuning", {})}
    variables = {**default["variables"], **own.get("variables", {})}
    return Profile(name, own["says"], tuning, variables)


def names() -> tuple[str, ...]:
    return tuple(_file()["profiles"])


@lru_cache(maxsize=1)
def _file() -> Any:
    return json.loads(Path(__file__).with_name("profiles.json").read_text(encoding="utf-8"))
