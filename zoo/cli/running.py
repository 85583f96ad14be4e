"""How a command runs what starts workers, and ends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, Mapping, Sequence

from zoo import envs
from zoo.cli.output import deliver, progress
from zoo.errors import BackendUnavailable
from zoo.target import Target
from zoo.worker.device import check_device


def run(
    judge: Callable[..., Any],
    *subjects: Any,
    backends: Sequence[Target],
    json_to: str | None,
    **options: Any,
) -> int:
    """Call a judge, deliver its report, and return the exit code.

    Options that were not given are left out: the judge's own defaults stand in for them.
    """
    given = {name: value for name, value in options.items() if value is not None}
    build_missing(backends, given["python"])
    with progress() as show:
        report = judge(*subjects, backends, progress=show, **given)
    deliver(report.to_json(), json_to, report)
    return int(report.exit_code)


def build_missing(backends: Sequence[Target], python: Mapping[str, str]) -> None:
    """Build environments while no spinner is in the way; the judge reports the ones that fail."""
    able = []
    for target in backends:
        with suppress(BackendUnavailable):
            check_device(target)
            able.append(target.backend)
    for backend in dict.fromkeys(able):
        if backend.name not in python:
            with suppress(BackendUnavailable):
                envs.create(backend)
