"""Managed environments: a virtual environment for each framework, filled by plain pip.

The frameworks' pins exclude one another, so each gets a folder of its own, named after the backend
and a hash of everything that decides its contents.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Mapping

from zoo import plugins
from zoo.backend import Backend
from zoo.envs.building import create, path
from zoo.envs.folders import Environment, environments, lock, log_of, root, wipe
from zoo.envs.given import checked
from zoo.errors import UsageError, nearest

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Environment",
    "create",
    "environments",
    "interpreter_for",
    "path",
    "remove",
    "root",
]


def remove(name: str) -> tuple[Path, ...]:
    """Delete every environment of a backend, or the one whose folder has that name.

    Raises:
        UsageError: there is none; the message has the nearest names.
    """
    known = environments()
    chosen = [each.folder for each in known if name in (each.backend, each.folder.name)]
    if not chosen:
        guest = plugins.backends().get(name)
        if guest is not None and guest.environment:
            home = guest.environment
            raise UsageError(f"{name} lives in the environment of {home}: zoo env remove {home}")
        words = {each.backend for each in known} | {each.folder.name for each in known}
        hint = nearest(name, words) if words else f"{root()} has none"
        raise UsageError(f"no environment {name!r}: {hint}")
    for folder in chosen:
        with lock(folder):
            wipe(folder)
            log_of(folder).unlink(missing_ok=True)
    return tuple(chosen)


def interpreter_for(
    backend: Backend,
    overrides: Mapping[str, str | Path] | None = None,
    *,
    console: Console | None = None,
) -> Path:
    """The Python that runs a backend's workers; its environment is built if it is missing.

    Args:
        overrides: the user's own interpreters by backend name; a path, or a name on PATH.

    Raises:
        BackendUnavailable: the user's interpreter lacks something; has the pip command to add it.
        SetupError: the environment could not be built.
    """
    if overrides and backend.name in overrides:
        return checked(backend, str(overrides[backend.name]))
    return create(backend, console=console).python
