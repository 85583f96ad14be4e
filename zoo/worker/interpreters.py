"""Which Python runs each backend."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping

from zoo import envs
from zoo.backend import Backend
from zoo.errors import BackendUnavailable


class Interpreters:
    """Those that were given, or those of the managed environments, built on first need."""

    def __init__(self, python: Mapping[str, str] | None) -> None:
        self._given = python
        self._known: dict[Backend, Path | BackendUnavailable] = {}

    def of(self, backend: Backend) -> Path:
        """That of a backend.

        Raises:
            BackendUnavailable: it cannot run here. What failed once is not tried again.
        """
        if backend not in self._known:
            try:
                self._known[backend] = envs.interpreter_for(backend, self._given)
            except BackendUnavailable as error:
                self._known[backend] = error
        found = self._known[backend]
        if isinstance(found, BackendUnavailable):
            raise found
        return found
