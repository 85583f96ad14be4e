"""Identifiers of emitted code: one place that makes them, so that none shadows another."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import Iterable

PYTHON = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"self"}
"""Names that mean something already."""


def attribute(name: str, reserved: frozenset[str]) -> str:
    """A layer's name as an attribute; a trailing underscore keeps it off a reserved name.

    What is a reserved name but for such underscores gets one more, so that no two become one.
    """
    bare = name.rstrip("_")
    stems = {bare + "_" * count for count in range(len(name) - len(bare) + 1)}
    return f"{name}_" if stems & reserved or keyword.iskeyword(bare) else name


def camel_case(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_") if word) or "Block"


def model_class(name: str, summary: str) -> str:
    """The class name of a model: as the summary spells it, if it begins so and with capitals."""
    first = re.sub(r"[^A-Za-z0-9]", "", summary.partition(" ")[0])
    is_name = first.lower() == name.replace("_", "").lower()
    return first if is_name and not first.islower() else camel_case(name)


class Namespace:
    """Hands out names that are unique and shadow neither Python's own nor those given."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken) | PYTHON

    def new(self, wish: str) -> str:
        name, number = wish, 2
        while name in self._taken:
            name, number = f"{wish}{number}", number + 1
        self._taken.add(name)
        return name
