"""Where the worker processes of cells come from."""

from __future__ import annotations

from contextlib import suppress
from typing import Callable, Mapping, Sequence

from zoo.bench.cells import Planned
from zoo.errors import BackendUnavailable
from zoo.worker.device import check_device
from zoo.worker.interpreters import Interpreters
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
        self._interpreters = Interpreters(python)
        for backend in dict.fromkeys(cell.target.backend for cell in cells):
            say(f"{backend.name}: environment")
            with suppress(BackendUnavailable):
                self._interpreters.of(backend)

    def session(self, cell: Planned) -> Session:
        """A new process for a cell, which starts with the first request.

        Raises:
            BackendUnavailable: it cannot run here; says why and what mends it.
        """
        check_device(cell.target)
        python = self._interpreters.of(cell.target.backend)
        return Session.started(
            cell.target, python,
            threads=cell.threads, timeout=self._timeout,
            variables=cell.profile.variables, tuning=cell.profile.tuning,
        )  # fmt: skip
