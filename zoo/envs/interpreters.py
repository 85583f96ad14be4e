"""Which Python runs a worker, and what that Python has: it is always asked itself.

What the parent can import says nothing about another interpreter, so every question is answered by
a subprocess of the interpreter in question, out of reach of the parent's PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping

from attrs import frozen
from packaging.specifiers import SpecifierSet

OLDEST = ">=3.9"  # what zoo.worker is written for
_NEWEST_MINOR = 30
_IMPORT_LIMIT = 600.0  # seconds; a cold disk makes a large framework slow to import

_ABOUT = """
import json, os, platform, sys, sysconfig
try:
    import ensurepip, venv
    makes_venvs = True
except ImportError:
    makes_venvs = False
name, version = sys.implementation.name, sys.implementation.version
kind = version.releaselevel
print(json.dumps({
    "makes_venvs": makes_venvs,
    "platform": sysconfig.get_platform(),
    "markers": {
        "implementation_name": name,
        "implementation_version": "{0.major}.{0.minor}.{0.micro}".format(version)
            + ("" if kind == "final" else kind[0] + str(version.serial)),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}))
"""

# Frameworks print while they are imported, and some crash on the way out: the answer has a
# descriptor of its own, and the process ends without running their exit handlers.
_IMPORTS = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import importlib, importlib.util, json, os
answer = os.dup(1)
os.dup2(2, 1)
absent, versions = [], {}
for name in dict.fromkeys(sys.argv[1:]):
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:  # a folder without code would do as a namespace package
        absent.append(name)
    else:
        versions[name] = str(getattr(importlib.import_module(name), "__version__", ""))
os.write(answer, json.dumps({"absent": absent, "versions": versions}).encode())
os._exit(0)
"""


class UnusableError(Exception):
    """Why an interpreter does not serve; never leaves `zoo.envs`."""


@frozen
class Interpreter:
    """A Python that was started and answered.

    Attributes:
        path: the executable, symbolic links kept (the one of a virtual environment is a link).
        markers: its PEP 508 marker values.
        platform: its `sysconfig.get_platform()`.
        makes_venvs: whether it has `venv` and `ensurepip`, which some systems package apart.
    """

    path: Path
    markers: dict[str, str]
    platform: str
    makes_venvs: bool

    @property
    def version(self) -> str:
        return self.markers["python_full_version"]

    @property
    def tag(self) -> str:
        """What compiled packages depend on, such as `cpython-3.11-linux-x86_64`."""
        name = self.markers["implementation_name"]
        return f"{name}-{self.markers['python_version']}-{self.platform}"

    def satisfies(self, specifier: str) -> bool:
        return SpecifierSet(specifier).contains(self.version, prereleases=True)


def environment() -> dict[str, str]:
    """The process environment for a foreign interpreter: ours without our own import path."""
    ours = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")
    return {name: value for name, value in os.environ.items() if name not in ours}


def ask(path: Path) -> Interpreter:
    """Start an interpreter and let it describe itself.

    Raises:
        UnusableError: it cannot be started, or is no Python that answers.
    """
    answer = _answer(path, ["-I", "-"], _ABOUT, limit=60.0)
    return Interpreter(path, **answer)


def versions(
    path: Path, modules: Iterable[str], settings: Mapping[str, str] | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Import modules in an interpreter: the versions of those it has, the names of those it lacks.

    `settings` are environment variables for it.

    Raises:
        UnusableError: an import failed, crashed or hung; the message has the last lines printed.
    """
    answer = _answer(path, ["-", *modules], _IMPORTS, limit=_IMPORT_LIMIT, settings=settings)
    return answer["versions"], tuple(answer["absent"])


def candidates(specifier: str) -> Iterator[Path]:
    """Executables that may satisfy a specifier: this one, then the newest on PATH or in pyenv."""
    if sys.executable:
        yield Path(sys.executable)
    wanted = SpecifierSet(specifier)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in range(_NEWEST_MINOR, 8, -1):
        if not any(wanted.contains(f"3.{minor}.{micro}") for micro in (0, 99)):
            continue
        for found in (shutil.which(f"python3.{minor}"), *sorted(pyenv.glob(f"3.{minor}.*"))):
            if found:
                path = Path(found)
                yield path / "bin" / "python" if path.is_dir() else path
    if generic := shutil.which("python3"):
        yield Path(generic)


def find(specifier: str) -> Interpreter:
    """The first candidate that runs, satisfies the specifier and, if any does, makes venvs.

    Raises:
        UnusableError: there is none; the message says what was found instead.
    """
    spare, seen = None, []
    for path in candidates(specifier):
        try:
            found = ask(path)
        except UnusableError:
            continue
        if not found.satisfies(specifier):
            seen.append(found.version)
        elif found.makes_venvs:
            return found
        else:
            spare = spare or found
    if spare is not None:
        return spare
    others = ", ".join(dict.fromkeys(seen)) or "none that runs"
    raise UnusableError(
        f"it needs Python {specifier}, and this one, PATH and pyenv only have {others}"
    )


def _answer(
    path: Path,
    arguments: list[str],
    script: str,
    limit: float,
    settings: Mapping[str, str] | None = None,
) -> Any:
    try:
        done = subprocess.run(
            [str(path), *arguments],
            input=script,
            capture_output=True,
            text=True,
            errors="replace",
            env={**environment(), **(settings or {})},
            timeout=limit,
        )
    except OSError as error:
        raise UnusableError(f"{path} cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise UnusableError(f"{path} gave no answer within {limit:g} s") from error
    tail = " | ".join(done.stderr.strip().split("\n")[-6:])[-600:] or "it printed nothing"
    if done.returncode:
        raise UnusableError(f"{path} {how_it_ended(done.returncode)}: {tail}")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise UnusableError(f"{path} does not answer as Python {OLDEST} does: {tail}") from error


def how_it_ended(returncode: int) -> str:
    """`failed with exit status 1`, or the signal that ended a process by its name."""
    if returncode >= 0:
        return f"failed with exit status {returncode}"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    memory = ", probably out of memory" if name == "SIGKILL" else ""
    return f"was ended by {name}{memory}"
