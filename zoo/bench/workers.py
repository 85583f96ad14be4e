"""Where the worker processes of cells come from."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Mapping, Sequence

from zoo import envs
from zoo.backend import Backend
from zoo.bench.cells import Planned
from zoo.errors import BackendUnavailable
from zoo.worker.device import check_device
from zoo.worker.session import Session


class Workers:
    """The interpreters of some cells' backends; environments that are missing are built at once.

    A backend that cannot run here costs its own cells, when they are started.
    """

    def __init__(
        self,
        cells: Sequence[Planned],
        *,
        timeout: float,
        python: Mapping[str, str] | None,
        say: Callable[[str], None],
    ) -> None:
        self._timeout = timeout
        self._interpreters: dict[Backend, Path | BackendUnavailable] = {}
        for backend in dict.fromkeys(cell.target.backend for cell in cells):
            say(f"{backend.name}: environment")
            try:
                self._interpreters[backend] = envs.interpreter_for(backend, python)
            except BackendUnavailable as error:
                self._interpreters[backend] = error

    def session(self, cell: Planned) -> Session:
        """A new process for a cell, which starts with the first request.

        Raises:
            BackendUnavailable: it cannot run here; says why and what mends it.
        """
        check_device(cell.target)
        python = self._interpreters[cell.target.backend]
        if isinstance(python, BackendUnavailable):
            raise python
        return Session.started(
            cell.target, python,
            threads=cell.threads, timeout=self._timeout,
            variables=cell.profile.variables, tuning=cell.profile.tuning,
        )  # fmt: skip
