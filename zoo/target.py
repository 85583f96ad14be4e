"""A backend in one of its modes on a device, and how a person writes that."""

from __future__ import annotations

from typing import Iterable, Union

from attrs import frozen

from zoo import plugins
from zoo.backend import DEVICES, Backend
from zoo.errors import UsageError, nearest


@frozen
class Target:
    """A backend in one of its modes on a device: a row of a table."""

    backend: Backend
    mode: str
    device: str = "cpu"

    @property
    def way(self) -> str:
        """The mode, and the device if it is not the CPU, such as `eager@gpu`."""
        return self.mode if self.device == "cpu" else f"{self.mode}@{self.device}"

    def __str__(self) -> str:
        return f"{self.backend.name}:{self.way}"


def as_targets(backends: Union[str, Iterable[Union[str, Target]]]) -> list[Target]:
    """Targets from "torch,mxnet", from a list of names, or as they are."""
    if isinstance(backends, str):
        return parse_targets(backends)
    found: list[Target] = []
    for entry in backends:
        found += [entry] if isinstance(entry, Target) else parse_targets(entry)
    return list(dict.fromkeys(found))


def parse_targets(text: str) -> list[Target]:
    """Read `torch,mxnet`, `torch:compile@gpu` or `all`; order is kept and duplicates collapse.

    A name without a mode means the backend's default mode, one without a device the CPU, and `all`
    every installed backend.

    Raises:
        UsageError: an unknown backend, mode or device, or nothing named at all.
        BackendUnavailable: a backend asked for by name is broken.
    """
    targets: dict[Target, None] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, at, device = word.partition("@")
        if at and device not in DEVICES:
            raise UsageError(f"{word!r}: no device {device!r}; known: {', '.join(DEVICES)}")
        if name == "all":
            for each in plugins.backends().values():
                targets[Target(each, each.default_mode, device or "cpu")] = None
        else:
            targets[_parse_target(name, device or "cpu")] = None
    if not targets:
        known = ", ".join(plugins.backends()) or "none is installed; pip install parityzoo-torch"
        raise UsageError(f"{text!r} names no backend; known: {known}")
    return list(targets)


def _parse_target(word: str, device: str) -> Target:
    name, colon, mode = word.partition(":")
    found = plugins.backend(name)
    if colon and mode not in found.modes:
        raise UsageError(f"{name} has no mode {mode!r}: {nearest(mode, found.modes)}")
    return Target(found, mode or found.default_mode, device)
