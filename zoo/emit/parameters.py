"""Which numbers of a block become parameters of its constructor, and what they are called."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, Mapping, Sequence

import attrs

from zoo.spec.graph import Call
from zoo.spec.op import Op


@attrs.frozen
class Name:
    """A constructor parameter, where an expression is wanted."""

    text: str

    def __str__(self) -> str:
        return self.text


Expression = Any
"""A `Name`, or a literal number, word or tuple."""


def is_argument(op: Op, field: str) -> bool:
    """Whether a constructor parameter may stand for a field: sizes and some attributes do."""
    fields = attrs.fields_dict(type(op))
    return field not in fields or bool(fields[field].metadata.get("argument"))


def _family(field: str) -> str:
    """Fields of one family may share a parameter: a length and a width that are equal may not."""
    if field in ("units", "channels", "features", "in_features", "in_channels"):
        return "width"
    return field


class Parameters:
    """Finds a parameter for a number: the values that it takes over all calls are its signature."""

    def __init__(
        self,
        calls: Sequence[Call],
        local: Callable[[str], str],
        widths: Mapping[str, list[int]] = MappingProxyType({}),
    ) -> None:
        """`calls` are those of one class; `local` keeps a name off the module's names.

        `widths` are features that functions find out, by the input that has them; `found` then
        has the variables of those that are read.
        """
        self._local, self._widths = local, widths
        self.found: dict[str, str] = {}
        names = [name for name, _ in calls[0].arguments]
        self._inputs = {local(name) for name, _ in calls[0].inputs}
        self._arguments = {local(n): [dict(call.arguments)[n] for call in calls] for n in names}
        self._extra: dict[str, tuple[str, list[Any]]] = {}
        self._used: set[str] = set()

    def use(self, name: str) -> None:
        self._used.add(name)

    def parameters(self) -> dict[str, list[Any]]:
        """Parameters in order: those that the inputs decide, then the block's arguments."""
        extra = {name: values for name, (_, values) in self._extra.items()}
        return {**extra, **{n: v for n, v in self._arguments.items() if n in self._used}}

    def defaults(self) -> dict[str, Any]:
        """Flags default to False, arguments that are mostly left at 1 (such as a stride) to 1."""
        found: dict[str, Any] = {}
        for name in sorted(self._used):
            values = self._arguments[name]
            ones = sum(type(v) is int and v == 1 for v in values)
            if all(type(v) is bool for v in values):
                found[name] = False
            elif len(values) / 2 < ones < len(values):
                found[name] = 1
        return found

    def expression(self, field: str, values: list[Any]) -> Expression:
        known = [v for v in values if v is not None]
        varies = any(v != known[0] for v in known)
        own = self._local(field)
        if own in self._arguments and _same(values, self._arguments[own]):
            self._used.add(own)
            return Name(own)
        width = _family(field) == "width" or field.startswith("in_")
        if not varies and not width:
            return known[0]
        for name, candidate in self._arguments.items():
            if type(candidate[0]) is not bool and _same(values, candidate):
                self._used.add(name)
                return Name(name)
        for name, (family, candidate) in self._extra.items():
            if family == _family(field) and _same(values, candidate):
                return Name(name)
        for source, widths in self._widths.items():
            if width and _same(values, widths):
                if source not in self.found:
                    self.found[source] = self._free("features")
                return Name(self.found[source])
        if not varies and not field.startswith("in_"):
            return known[0]
        name = self._free(field)
        filled = [known[0] if v is None else v for v in values]
        self._extra[name] = (_family(field), filled)
        return Name(name)

    def _free(self, wish: str) -> str:
        taken = {*self._inputs, *self._arguments, *self._extra, *self.found.values()}
        name = self._local(wish)
        while name in taken:
            name += "_"
        return name


def _same(values: list[Any], candidate: list[Any]) -> bool:
    return all(
        v is None
        or (type(v) is type(c) and v == c)
        or (isinstance(v, tuple) and type(c) is int and v == (c,) * len(v))
        for v, c in zip(values, candidate)
    )
