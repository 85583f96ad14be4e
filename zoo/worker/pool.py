"""One session for each target, kept for as long as it serves."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Mapping

from zoo.target import Target
from zoo.worker.device import check_device
from zoo.worker.facts import affinity
from zoo.worker.interpreters import Interpreters
from zoo.worker.session import Session


class Pool:
    """Starts sessions on first need and ends them all; a context manager.

    Importing a framework costs seconds, so one worker serves every model of a run.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        timeout: float = 600.0,
        python: Mapping[str, str] | None = None,
    ) -> None:
        """
        Args:
            threads: for each framework; all cores that this process may use by default.
            timeout: seconds that a worker may take for one request.
            python: interpreters to use instead of the managed environments, by backend name.
        """
        self._threads, self._timeout = threads or len(affinity()), timeout
        self._sessions: dict[Target, Session] = {}
        self._interpreters = Interpreters(python)
        self._stack = ExitStack()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(type, error, traceback)

    def session(self, target: Target) -> Session:
        """The session of a target; its environment is built if it is missing.

        Raises:
            BackendUnavailable: it cannot run here; says why and what mends it. What failed once
                is not tried again.
        """
        if target not in self._sessions:
            check_device(target)
            python = self._interpreters.of(target.backend)
            made = Session.started(target, python, threads=self._threads, timeout=self._timeout)
            self._sessions[target] = self._stack.enter_context(made)
        return self._sessions[target]

    @property
    def busy_seconds(self) -> float:
        """How long all workers took so far to answer."""
        return sum(session.busy_seconds for session in self._sessions.values())
