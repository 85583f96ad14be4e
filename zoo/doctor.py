"""Facts about this machine and about each backend on it, with what would mend what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Mapping

import attrs

import zoo
from zoo import envs
from zoo.backend import WORKER_NEEDS, Backend
from zoo.envs import interpreters
from zoo.envs.given import checked
from zoo.errors import BackendUnavailable
from zoo.worker.facts import affinity


@attrs.frozen
class Checkup:
    """Whether a backend can run here.

    Attributes:
        name: of the backend.
        state: `ready`, `given` (by the user), `not built`, `impossible` (no Python here satisfies
            the backend, or it does not fit into the environment that it shares) or `broken` (its
            environment or the given interpreter lacks something).
        interpreter: the Python of its workers, if there is one.
        versions: of the modules that a worker imports, by name.
        reason: why it cannot run, else empty.
        mend: the command or action that would make it run, else empty.
    """

    name: str
    state: str
    interpreter: Path | None = None
    versions: Mapping[str, str] = attrs.field(factory=dict)
    reason: str = ""
    mend: str = ""

    @property
    def can_run(self) -> bool:
        return not self.reason

    def to_json(self) -> dict[str, Any]:
        data = attrs.asdict(self)
        data["interpreter"] = str(self.interpreter) if self.interpreter else None
        return {**data, "can_run": self.can_run}


def machine() -> dict[str, Any]:
    """Versions and sizes of this machine; memory and disk in bytes, None where unknown."""
    root = envs.root()
    existing = next(each for each in (root, *root.parents) if each.exists())
    return {
        "parityzoo": zoo.__version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "numpy": metadata.version("numpy"),
        "platform": platform.platform(),
        "cores": len(affinity()),
        "memory": _memory(),
        "environments": str(root),
        "free_disk": shutil.disk_usage(existing).free,
    }


def glance(backend: Backend, python: Mapping[str, str] | None = None) -> Checkup:
    """What is known of a backend without importing its framework.

    Args:
        python: the user's own interpreters by backend name.
    """
    name = backend.name
    if python and name in python:
        return Checkup(name, "given", Path(shutil.which(python[name]) or python[name]))
    try:
        folder = envs.path(backend)
    except BackendUnavailable as error:
        return Checkup(name, "impossible", reason=error.reason, mend=error.mend)
    for found in envs.environments():
        if found.folder == folder and found.ready:
            return Checkup(name, "ready", found.python, found.facts.get("versions", {}))
    reason = "its environment is not built yet"
    return Checkup(name, "not built", reason=reason, mend=f"zoo env create {name}")


def examine(backend: Backend, python: Mapping[str, str] | None = None) -> Checkup:
    """The same as `glance`, proven: the backend's interpreter imports the framework."""
    seen = glance(backend, python)
    if not seen.can_run or seen.interpreter is None:
        return seen
    try:
        if seen.state == "given":
            checked(backend, str(seen.interpreter))
        modules = (*WORKER_NEEDS, backend.module)
        versions, absent = interpreters.versions(seen.interpreter, modules, backend.settings)
        reason = f"{seen.interpreter} has no {', '.join(absent)}" if absent else ""
        mend = ""
    except BackendUnavailable as error:
        versions, reason, mend = {}, error.reason, error.mend
    except interpreters.UnusableError as error:
        versions, reason, mend = {}, str(error), ""
    if not reason:
        return attrs.evolve(seen, versions=versions)
    again = f"zoo env remove {backend.home} && zoo env create {backend.home}"
    return attrs.evolve(seen, state="broken", versions=versions, reason=reason, mend=mend or again)


def _memory() -> int | None:
    """Memory in bytes that this process may use: the machine's, or its container's if less."""
    try:
        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return physical
    return min(physical, int(limit)) if limit.isdigit() else physical
