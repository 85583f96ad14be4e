"""The user's own interpreter (`--python torch=PATH`): taken only if a worker could run in it."""

from __future__ import annotations

import re
import shlex
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Sequence

from zoo.backend import WORKER_NEEDS, Backend
from zoo.envs import interpreters
from zoo.errors import BackendUnavailable


def checked(backend: Backend, given: str) -> Path:
    """The user's interpreter, if it runs and has all that a worker of the backend imports."""
    found = Path(shutil.which(given) or given).expanduser().absolute()
    try:
        about = interpreters.ask(found)
    except interpreters.UnusableError as error:
        mend = f"give the path of a Python with --python {backend.name}=PATH, or leave it out"
        raise BackendUnavailable(backend.name, str(error), mend) from error
    if not about.satisfies(interpreters.OLDEST):
        reason = f"{found} is Python {about.version}, and a worker needs {interpreters.OLDEST}"
        raise BackendUnavailable(
            backend.name, reason, f"use a Python {backend.python} with --python"
        )
    pins = backend.pins(about.markers)
    try:
        absent = _absent(found, backend)
    except interpreters.UnusableError as error:
        raise BackendUnavailable(backend.name, str(error), _pip_command(found, pins)) from error
    if absent:
        if backend.module not in absent:  # leave the user's version of the framework alone
            pins = tuple(pin for pin in pins if re.split(r"[^\w-]", pin)[0] in absent)
        reason = f"{found} has no {', '.join(absent)}"
        if not about.satisfies(backend.python):
            reason += f", and is Python {about.version}"
            mend = f"use a Python {backend.python} with --python, or leave it out"
            raise BackendUnavailable(backend.name, reason, mend)
        raise BackendUnavailable(backend.name, reason, _pip_command(found, pins))
    return found


@lru_cache(maxsize=32)
def _absent(python: Path, backend: Backend) -> tuple[str, ...]:
    modules = (*WORKER_NEEDS, backend.module)
    return interpreters.versions(python, modules, backend.settings)[1]


def _pip_command(python: Path, pins: Sequence[str]) -> str:
    return shlex.join([str(python), "-m", "pip", "install", *pins])
