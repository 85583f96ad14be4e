"""Environments on disk: where they are, which are ready, and one lock for each.

The file READY is written last: a folder without it was interrupted, and is built anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator

from attrs import evolve, field, frozen

_READY = "READY"
_NAME = re.compile(r"(?P<backend>.+)-[0-9a-f]{10}")


@frozen
class Environment:
    """A managed environment on disk.

    Attributes:
        folder: the virtual environment.
        backend: name of the backend that it serves.
        ready: whether it was built to its end and its Python is still there.
        facts: what READY holds: `pins`, `python`, `platform`, and `versions` as seen by importing.
    """

    folder: Path
    backend: str
    ready: bool
    facts: dict[str, Any] = field(factory=dict)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def root() -> Path:
    """Where environments live: $ZOO_HOME/envs, else the user's cache folder."""
    import platformdirs

    home = os.environ.get("ZOO_HOME") or platformdirs.user_cache_dir("parityzoo", appauthor=False)
    return Path(home).expanduser().absolute() / "envs"


def environments() -> tuple[Environment, ...]:
    """Every managed environment, half-built and outdated ones too, by name."""
    folders = sorted(root().iterdir()) if root().is_dir() else []
    return tuple(read(each) for each in folders if each.is_dir() and _NAME.fullmatch(each.name))


def read(folder: Path) -> Environment:
    named = _NAME.fullmatch(folder.name)
    backend = named["backend"] if named else folder.name
    try:
        facts = json.loads((folder / _READY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Environment(folder, backend, ready=False)
    if not isinstance(facts, dict):
        return Environment(folder, backend, ready=False)
    found = Environment(folder, backend, ready=True, facts=facts)
    return found if found.python.exists() else evolve(found, ready=False)


def mark_ready(folder: Path, facts: dict[str, Any]) -> None:
    unfinished = folder / f"{_READY}.part"
    unfinished.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unfinished.replace(folder / _READY)


def wipe(folder: Path) -> None:
    """Delete an environment; READY goes first, so that an interruption leaves no ready ruin."""
    (folder / _READY).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def log_of(folder: Path) -> Path:
    """Where the output of building an environment is kept: beside it, so that it outlives it."""
    return folder.with_suffix(".log")


@contextmanager
def lock(folder: Path, waiting: Callable[[str], None] = lambda line: None) -> Iterator[int]:
    """Hold the lock of one environment; pip inherits it, so a killed build keeps it to its end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix(".lock"), "a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(f"waiting for the process, or its pip, that is building {folder.name}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()
