"""`zoo doctor`: what this machine has, which backends run here, and what would mend the others."""

from __future__ import annotations

from typing import Any

import click

from zoo import plugins
from zoo.cli.options import json_option, python_option
from zoo.cli.output import deliver, progress, table
from zoo.doctor import Checkup, examine, machine
from zoo.errors import BackendUnavailable


@click.command()
@click.argument("backends", metavar="[BACKEND]...", nargs=-1)
@python_option
@json_option
def doctor(backends: tuple[str, ...], python: dict[str, str], json_to: str | None) -> int:
    """Say what runs here, and what would mend the rest.

    Each backend's Python imports its framework, which takes some seconds. Exits with 3 if a
    BACKEND that was named cannot run.
    """
    chosen = [plugins.backend(name) for name in backends] or list(plugins.backends().values())
    found = []
    with progress() as show:
        for backend in chosen:
            show(f"importing {backend.framework}")
            found.append(examine(backend, python))
    facts = machine()
    data = {**facts, "backends": [each.to_json() for each in found]}
    deliver(data, json_to, _machine_lines(facts), "", *_backend_lines(found))
    broken = any(not each.can_run for each in found)
    return BackendUnavailable.exit_code if backends and broken else 0


def _machine_lines(facts: dict[str, Any]) -> str:
    memory = f", {_gigabytes(facts['memory'])} of memory" if facts["memory"] else ""
    return "\n".join(
        (
            f"parityzoo {facts['parityzoo']}, NumPy {facts['numpy']}",
            f"Python {facts['python']} at {facts['executable']}",
            f"{facts['platform']}, {facts['cores']} cores{memory}",
            f"environments in {facts['environments']}, {_gigabytes(facts['free_disk'])} free",
        )
    )


def _backend_lines(found: list[Checkup]) -> list[Any]:
    if not found:
        return ["no backend is installed; pip install parityzoo-torch"]
    rows = table("backend", "state", "versions", "interpreter")
    for each in found:
        versions = ", ".join(f"{name} {version}" for name, version in each.versions.items())
        rows.add_row(each.name, each.state, versions, str(each.interpreter or ""))
    troubles = [
        f"{each.name} cannot run here: {each.reason}. To mend it: {each.mend}"
        for each in found
        if not each.can_run
    ]
    return [rows, *([""] if troubles else []), *troubles]


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
