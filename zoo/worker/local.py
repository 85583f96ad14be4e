"""The requests of a worker, answered in this process on an object that somebody made."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from zoo.worker.child import Server
from zoo.worker.parent import Worker
from zoo.worker.protocol import Message
from zoo.worker.runtime import Array


class Local(Worker):
    """A worker without a process; what the object raises is not caught.

    Attributes:
        names: what the object calls its parameters and statistics, by what an emitted program
            calls them; those left out have the same name.
    """

    def __init__(self, runtime: str, model: Any, names: Mapping[str, str], threads: int) -> None:
        super().__init__(Path(), {}, runtime, threads=threads)
        self._server = Server(model)
        self._first: dict[str, Message] = {}
        self._theirs = dict(names)
        self._ours = {theirs: ours for ours, theirs in names.items()}

    def request(
        self,
        do: str,
        arrays: Mapping[str, Array] | None = None,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Message:
        if do in self._first:  # some runtimes change the object, which must not happen twice
            if do == "load":
                self.request("write", arrays)
            return self._first[do]
        sent = {_renamed(name, self._theirs): array for name, array in (arrays or {}).items()}
        answer, found = self._server.answer(Message({"do": do, **fields}, sent))
        reply = Message(answer, {_renamed(n, self._ours): array for n, array in found.items()})
        if do in ("configure", "load"):
            self._first[do] = reply
        return reply


def _renamed(name: str, names: Mapping[str, str]) -> str:
    """`state.weight` by the name of `weight`; what an optimizer keeps has a part more."""
    kind, _, inner = name.partition(".")
    if kind in ("state", "parameter"):
        return f"{kind}.{names.get(inner, inner)}"
    if kind == "optimizer":
        parameter, _, kept = inner.rpartition(".")
        return f"{kind}.{names.get(parameter, parameter)}.{kept}"
    return name
