"""Build an environment: `python -m venv`, plain pip with the exact pins, and an import as proof."""

from __future__ import annotations

import hashlib
import json
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from attrs import frozen

from zoo.envs import folders, installing, interpreters
from zoo.envs.folders import Environment
from zoo.envs.progress import Show, progress, say
from zoo.errors import BackendUnavailable, SetupError
from zoo.plugins import WORKER_NEEDS, Backend

if TYPE_CHECKING:
    from rich.console import Console


def path(backend: Backend) -> Path:
    """The folder of a backend's environment, whether or not it is built yet.

    Raises:
        BackendUnavailable: no Python here satisfies the backend.
    """
    return _plan(backend).folder


def create(backend: Backend, *, console: Console | None = None) -> Environment:
    """Build a backend's environment unless it is ready; safe to interrupt and to run twice at once.

    Args:
        console: where to say what is done; standard error if left out.

    Raises:
        BackendUnavailable: no Python here satisfies the backend.
        SetupError: it could not be built; says why, where pip's output is, and how to try again.
    """
    plan = _plan(backend)
    if folders.read(plan.folder).ready:
        return folders.read(plan.folder)
    if console is None:
        from rich.console import Console

        console = Console(stderr=True)
    try:
        with folders.lock(plan.folder, partial(say, console)) as lock:
            if not folders.read(plan.folder).ready:  # another process may just have finished it
                pins = ", ".join(plan.pins)
                say(console, f"building the environment of {backend.name}, once: {pins}")
                with progress(console, f"environment of {backend.name}") as show:
                    _build(plan, lock, show)
    except OSError as error:
        if error.errno in installing.FULL:
            _fail(plan, installing.disk_full(plan.folder))
        advice = "set ZOO_HOME to a folder that you can write to"
        _fail(
            plan, installing.Failure(f"{error.filename or plan.folder}: {error.strerror}", advice)
        )
    return folders.read(plan.folder)


@frozen
class _Plan:
    backend: Backend
    interpreter: interpreters.Interpreter
    pins: tuple[str, ...]
    folder: Path


def _plan(backend: Backend) -> _Plan:
    try:
        found = interpreters.find(backend.python)
    except interpreters.UnusableError as error:
        mend = f"install such a Python, or name one with --python {backend.name}=PATH"
        raise BackendUnavailable(backend.name, str(error), mend) from error
    pins = backend.pins(found.markers)
    decides = json.dumps([sorted(pins), sorted(backend.build_constraints), found.tag])
    digest = hashlib.sha256(decides.encode()).hexdigest()[:10]
    return _Plan(backend, found, pins, folders.root() / f"{backend.name}-{digest}")


def _build(plan: _Plan, lock: int, show: Show) -> None:
    folder, log = plan.folder, folders.log_of(plan.folder)
    folders.wipe(folder)
    log.unlink(missing_ok=True)
    env = _pip_environment(plan)
    python, debug = str(folders.read(folder).python), str(installing.debug_log(folder))
    steps = (
        [str(plan.interpreter.path), "-I", "-m", "venv", str(folder)],
        [python, "-I", "-m", "pip", "install", "--no-input", "--log", debug, *plan.pins],
    )
    for command in steps:
        show(shlex.join(command[1:]))
        outcome = installing.run(command, log=log, env=env, show=show, keep_open=lock)
        if outcome.returncode:
            _fail(plan, installing.explain(outcome, folder))
    show(f"importing {plan.backend.module}")
    facts = {
        "pins": plan.pins,
        "python": plan.interpreter.version,
        "platform": plan.interpreter.platform,
        "versions": _verify(plan),
    }
    folders.mark_ready(folder, facts)


def _verify(plan: _Plan) -> dict[str, str]:
    """Versions of what a worker imports, by importing it: pip's success proves little."""
    modules = (*WORKER_NEEDS, plan.backend.module)
    advice = "see whether the pins fit this machine"
    try:
        versions, absent = interpreters.versions(folders.read(plan.folder).python, modules)
    except interpreters.UnusableError as error:
        _fail(plan, installing.Failure(f"installed, but importing it failed: {error}", advice))
    if absent:
        missing = ", ".join(absent)
        _fail(plan, installing.Failure(f"pip installed the pins, but no {missing}", advice))
    return versions


def _pip_environment(plan: _Plan) -> dict[str, str]:
    """The user's pip settings, less those that would install elsewhere, plus build constraints."""
    env = interpreters.environment()
    for setting in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN"):
        env.pop(setting, None)
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUNBUFFERED="1")
    if plan.backend.build_constraints:
        file = plan.folder.with_suffix(".constraints")
        file.write_text("\n".join(plan.backend.build_constraints) + "\n", encoding="utf-8")
        # Newer versions of pip read the second name where older ones read the first.
        for setting in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"):
            env[setting] = f"{env.get(setting, '')} {file.as_uri()}".strip()
    return env


def _fail(plan: _Plan, failure: installing.Failure) -> NoReturn:
    log = folders.log_of(plan.folder)
    where = f"; all output is in {log}" if log.exists() else ""
    reason = f"its environment could not be built: {failure.reason}{where}"
    again = f"{failure.advice}; then run: zoo env create {plan.backend.name}"
    raise SetupError(plan.backend.name, reason, again)
