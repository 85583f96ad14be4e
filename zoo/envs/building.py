"""Build an environment: `python -m venv`, plain pip with the exact pins, and an import as proof."""

from __future__ import annotations

import hashlib
import json
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Sequence

from attrs import frozen
from packaging.requirements import Requirement

from zoo import plugins
from zoo.backend import WORKER_NEEDS, Backend
from zoo.envs import folders, installing, interpreters
from zoo.envs.folders import Environment
from zoo.envs.progress import Show, progress, say
from zoo.errors import BackendUnavailable, SetupError, UsageError

if TYPE_CHECKING:
    from rich.console import Console


def path(backend: Backend) -> Path:
    """The folder of a backend's environment, whether or not it is built yet.

    Raises:
        BackendUnavailable: no Python here satisfies the backend, or it cannot live in the
            environment that it shares.
    """
    return _plan(backend).folder


def create(backend: Backend, *, console: Console | None = None) -> Environment:
    """Build a backend's environment unless it is ready; safe to interrupt and to run twice at once.

    Args:
        console: where to say what is done; standard error if left out.

    Raises:
        BackendUnavailable: as for `path`.
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
                pins, names = ", ".join(plan.pins), ", ".join(b.name for b in plan.backends)
                say(console, f"building the environment of {names}, once: {pins}")
                with progress(console, f"environment of {names}") as show:
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
    """What an environment will be; `backends` are those that live in it, its owner first."""

    backends: tuple[Backend, ...]
    interpreter: interpreters.Interpreter
    pins: tuple[str, ...]
    folder: Path


def _plan(backend: Backend) -> _Plan:
    owner = _owner(backend)
    try:
        found = interpreters.find(owner.python)
    except interpreters.UnusableError as error:
        mend = f"install such a Python, or name one with --python {backend.name}=PATH"
        raise BackendUnavailable(backend.name, str(error), mend) from error
    pins, living = list(owner.pins(found.markers)), [owner]
    for guest in plugins.backends().values():
        if guest.environment == owner.name:
            added = guest.pins(found.markers)
            obstacle = _obstacle(guest, added, pins, found)
            if not obstacle:
                named = {Requirement(pin).name for pin in pins}
                pins += [pin for pin in added if Requirement(pin).name not in named]
                living.append(guest)
            elif guest == backend:
                mend = f"name another Python with --python {backend.name}=PATH"
                reason = f"it shares the environment of {owner.name}, but {obstacle}"
                raise BackendUnavailable(backend.name, reason, mend)
    decides = json.dumps([sorted(pins), sorted(owner.build_constraints), found.tag])
    digest = hashlib.sha256(decides.encode()).hexdigest()[:10]
    folder = folders.root() / f"{owner.name}-{digest}"
    return _Plan(tuple(living), found, tuple(pins), folder)


def _owner(backend: Backend) -> Backend:
    """The backend whose environment this one lives in: mostly itself."""
    if not backend.environment:
        return backend
    try:
        return plugins.backend(backend.environment)
    except UsageError as error:
        reason = f"it runs in the environment of {backend.environment}, which is not installed"
        mend = f"install the backend {backend.environment}"
        raise BackendUnavailable(backend.name, reason, mend) from error


def _obstacle(
    guest: Backend, added: Sequence[str], pins: Sequence[str], found: interpreters.Interpreter
) -> str:
    """Why a guest cannot live in an environment with these pins; else empty."""
    if not found.satisfies(guest.python):
        return f"that has Python {found.version}, not {guest.python}"
    taken = {Requirement(pin).name: pin for pin in pins}
    for pin in added:
        other = taken.get(Requirement(pin).name, pin)
        if other != pin and Requirement(pin).specifier:
            return f"that has {other}, not {pin}"
    return ""


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
    show(f"importing {', '.join(each.module for each in plan.backends)}")
    facts = {
        "pins": plan.pins,
        "python": plan.interpreter.version,
        "platform": plan.interpreter.platform,
        "versions": _verify(plan),
    }
    folders.mark_ready(folder, facts)


def _verify(plan: _Plan) -> dict[str, str]:
    """Versions of what workers import, by importing it: pip's success proves little."""
    python, advice = folders.read(plan.folder).python, "see whether the pins fit this machine"
    known: dict[str, str] = {}
    for each in plan.backends:
        modules = (*WORKER_NEEDS, each.module)
        try:
            versions, absent = interpreters.versions(python, modules, each.settings)
        except interpreters.UnusableError as error:
            _fail(plan, installing.Failure(f"installed, but importing it failed: {error}", advice))
        if absent:
            missing = ", ".join(absent)
            _fail(plan, installing.Failure(f"pip installed the pins, but no {missing}", advice))
        known.update(versions)
    return known


def _pip_environment(plan: _Plan) -> dict[str, str]:
    """The user's pip settings, less those that would install elsewhere, plus build constraints."""
    env = interpreters.environment()
    for setting in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN"):
        env.pop(setting, None)
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUNBUFFERED="1")
    constraints = plan.backends[0].build_constraints
    if constraints:
        file = plan.folder.with_suffix(".constraints")
        file.write_text("\n".join(constraints) + "\n", encoding="utf-8")
        # Newer versions of pip read the second name where older ones read the first.
        for setting in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"):
            env[setting] = f"{env.get(setting, '')} {file.as_uri()}".strip()
    return env


def _fail(plan: _Plan, failure: installing.Failure) -> NoReturn:
    log = folders.log_of(plan.folder)
    where = f"; all output is in {log}" if log.exists() else ""
    reason = f"its environment could not be built: {failure.reason}{where}"
    name = plan.backends[0].name
    again = f"{failure.advice}; then run: zoo env create {name}"
    raise SetupError(name, reason, again)
