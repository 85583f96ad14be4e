"""The exceptions of parityzoo, each with the exit code of the command that meets it.

ZooError
├── UsageError            2   an unknown name, option or file on the command line or in a call
│   └── DataFileError     2   a shipped data file is missing or altered (zoo.data.checked)
├── SpecError             2   a model description that does not hold: shapes, names, ranges, JSON
├── UnsupportedError      2   a backend cannot express the model; all findings at once
├── BackendUnavailable    3   a backend asked for by name cannot run here; says what mends it
│   └── SetupError        3   its environment could not be built: network, disk, no such version
├── WorkerError           1   a worker process failed; one cell is lost, the others go on
└── InternalError         1   a fault of parityzoo itself; nothing swallows it
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterable


class ZooError(Exception):
    """Base of every error that parityzoo raises on purpose; `exit_code` is the command's."""

    exit_code = 1


class UsageError(ZooError):
    """An unknown name, option or file."""

    exit_code = 2


class SpecError(ZooError):
    """A model description that does not hold."""

    exit_code = 2


class UnsupportedError(ZooError):
    """A backend cannot express the model.

    Attributes:
        backend: name of the backend.
        findings: one sentence for each thing that it cannot express, with a way out.
    """

    exit_code = 2

    def __init__(self, backend: str, findings: Iterable[str]) -> None:
        self.backend = backend
        self.findings = tuple(findings)
        super().__init__(f"{backend} cannot express this model: " + "; ".join(self.findings))


class BackendUnavailable(ZooError):
    """A backend that was asked for cannot run here.

    Attributes:
        backend: name of the backend.
        reason: why it cannot run.
        mend: the command or action that would make it run.
    """

    exit_code = 3

    def __init__(self, backend: str, reason: str, mend: str) -> None:
        self.backend, self.reason, self.mend = backend, reason, mend
        super().__init__(f"{backend} cannot run here: {reason}. To mend it: {mend}")


class SetupError(BackendUnavailable):
    """The environment of a backend could not be built."""


class WorkerError(ZooError):
    """A worker process failed; the cell that asked for it is lost.

    Attributes:
        symptom: crashed, hung, out-of-memory, raised or protocol.
        stage: the request during which it happened.
        detail: one line on what was seen.
        log: the last lines that the worker and its framework printed.
    """

    def __init__(self, symptom: str, stage: str, detail: str, log: str = "") -> None:
        self.symptom, self.stage, self.detail, self.log = symptom, stage, detail, log
        super().__init__(f"{symptom} during {stage}: {detail}")


class InternalError(ZooError):
    """A fault of parityzoo itself, to be reported."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A clause that names the known words nearest to an unknown one, for error messages."""
    known = sorted(known)
    close = get_close_matches(word, known, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return "known: " + ", ".join(known)


def shown(value: object, limit: int = 60) -> str:
    """The repr of a value, cut so that a hostile one cannot flood a message."""
    try:
        text = repr(value)
    except ValueError:  # an integer with more digits than Python converts
        text = "a number with thousands of digits"
    return text if len(text) <= limit else text[: limit - 3] + "..."
