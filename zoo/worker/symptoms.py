"""What a worker's failure is called, from what the parent saw of it.

The operating system does not say why a process got SIGKILL, and frameworks say "no memory" in words
of their own, so out-of-memory is told by the signal and by those words.
"""

from __future__ import annotations

import signal
from typing import Mapping

from zoo.errors import WorkerError

OUT_OF_MEMORY = (
    "bad_alloc",
    "can't allocate memory",
    "cannot allocate memory",
    "out of memory",
    "oom when allocating",
    "resource_exhausted",
)


class RemoteError(Exception):
    """A Python exception in a worker, as the cause of a `WorkerError`.

    Attributes:
        kind: name of its class, such as `ValueError`.
        message: its text.
        traceback: the last lines of its traceback.
    """

    def __init__(self, kind: str, message: str, traceback: str) -> None:
        self.kind, self.message, self.traceback = kind, message, traceback
        super().__init__(f"in the worker:\n{traceback}")


def raised(stage: str, error: Mapping[str, str], log: str) -> WorkerError:
    """The reply `error` of `zoo.worker.child` as an exception, with its `RemoteError` as cause."""
    symptom = error.get("symptom", "raised")
    kind, message = error.get("type", ""), error.get("message", "")
    if symptom == "raised" and _is_out_of_memory(message):
        symptom = "out-of-memory"
    first_line = (message.splitlines() or [""])[0]
    detail = f"{kind}: {first_line}" if first_line else kind
    failure = WorkerError(symptom, stage, detail, log)
    failure.__cause__ = RemoteError(kind, message, error.get("traceback", ""))
    return failure


def ended(stage: str, status: int | None, seen: str, log: str) -> WorkerError:
    """A worker whose channel closed, by its exit status: negative for a signal, None if it runs."""
    if status is None:
        return WorkerError("protocol", stage, f"{seen}, but the worker still ran", log)
    if status == -signal.SIGKILL:
        return WorkerError("out-of-memory", stage, "killed, probably out of memory", log)
    if status >= 0:
        said = f", saying: {log.splitlines()[-1]}" if log else ""
        return WorkerError("crashed", stage, f"exited with status {status}{said}", log)
    name = _signal_name(-status)
    if _is_out_of_memory(log):
        return WorkerError("out-of-memory", stage, f"{name} after running out of memory", log)
    return WorkerError("crashed", stage, name, log)


def _signal_name(number: int) -> str:
    try:
        return f"{signal.Signals(number).name} ({signal.strsignal(number)})"
    except ValueError:
        return f"signal {number}"


def _is_out_of_memory(text: str) -> bool:
    return any(phrase in text.lower() for phrase in OUT_OF_MEMORY)
