"""Records that a specification holds by their kind: ops, losses, optimizers and their like.

Each declares its attributes with their ranges by the functions here: numbers, flags, words and
tuples, so that it is data alone.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Union

import attrs

from zoo.errors import SpecError, shown

Value = Union[bool, int, float, str, Tuple[int, ...], Tuple[str, ...]]

MAX_SIZE = 2**24
"""Largest value of an attribute that counts something (units, channels, kernel, vocabulary)."""


@attrs.frozen
class Declared:
    """Base of everything that a specification holds by its kind and attributes.

    `kind` names it everywhere: in JSON, in the oracle's and the emitters' tables and file names.
    `later` are attributes that came after specifications had been written without them: JSON has
    them only where they are not the default, so that recorded hashes stay valid.
    """

    kind: ClassVar[str] = ""
    later: ClassVar[tuple[str, ...]] = ()

    def attributes(self) -> dict[str, Value]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}

    def changed(self) -> dict[str, Value]:
        """The attributes that are not at their default."""
        defaults = {field.name: field.default for field in attrs.fields(type(self))}
        return {name: value for name, value in self.attributes().items() if value != defaults[name]}

    def stored(self) -> dict[str, Value]:
        """The attributes as JSON has them."""
        changed = self.changed()
        return {n: v for n, v in self.attributes().items() if n in changed or n not in self.later}


def _range_check(low: float, high: float, kind: type[int | float], noun: str) -> Any:
    def check(op: Any, attribute: Any, value: Any) -> None:
        good = type(value) is kind and low <= value <= high
        if not good:
            raise SpecError(
                f"{op.kind}: {attribute.name} must be {noun} from {low:.9g} to {high:.9g}, "
                f"got {shown(value)}"
            )

    return check


def integer(
    low: int, high: int = MAX_SIZE, default: Any = attrs.NOTHING, argument: bool = True
) -> Any:
    """An attribute that holds a whole number; with `argument`, blocks may make it theirs."""
    check = _range_check(low, high, int, "a whole number")
    return attrs.field(
        default=default,
        validator=check,
        metadata={"schema": {"type": "integer"}, "argument": argument},
    )


def real(low: float, high: float, default: Any = attrs.NOTHING, argument: bool = False) -> Any:
    """An attribute that holds a real number; stored as a float."""
    check = _range_check(low, high, float, "a number")
    return attrs.field(
        default=default,
        converter=lambda value: (
            float(value) if type(value) is int and abs(value) < 2**53 else value
        ),
        validator=check,
        metadata={"schema": {"type": "number"}, "argument": argument},
    )


def flag(default: Any = attrs.NOTHING) -> Any:
    """An attribute that is true or false."""

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, bool):
            raise SpecError(
                f"{op.kind}: {attribute.name} must be true or false, got {shown(value)}"
            )

    return attrs.field(default=default, validator=check, metadata={"schema": {"type": "boolean"}})


def choice(*words: str, default: Any = attrs.NOTHING) -> Any:
    """An attribute that is one of a few words."""

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, str) or value not in words:
            raise SpecError(
                f"{op.kind}: {attribute.name} must be one of {', '.join(words)}, got {shown(value)}"
            )

    return attrs.field(default=default, validator=check, metadata={"schema": {"enum": list(words)}})


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def integers(
    low: int, high: int = MAX_SIZE, *, count: int | None = None, default: Any = attrs.NOTHING,
    argument: bool = False,
) -> Any:  # fmt: skip
    """An attribute that holds a tuple of whole numbers; with `count`, one number stands for all."""

    def convert(value: Any) -> Any:
        return (value,) * count if count is not None and type(value) is int else _as_tuple(value)

    def check(op: Any, attribute: Any, value: Any) -> None:
        good = (
            isinstance(value, tuple)
            and (count is None or len(value) == count)
            and len(value) <= 16
            and all(type(v) is int and low <= v <= high for v in value)
        )
        if not good:
            many = "whole numbers" if count is None else f"{count} whole numbers"
            raise SpecError(
                f"{op.kind}: {attribute.name} must be {many} from {low} to {high}, "
                f"got {shown(value)}"
            )

    items: Dict[str, Any] = {"type": "array", "items": {"type": "integer"}}
    return attrs.field(
        default=default,
        converter=convert,
        validator=check,
        metadata={"schema": items, "argument": argument},
    )


def subset(*words: str) -> Any:
    """An attribute that is a tuple of some of a few words, in their order; none by default."""

    def convert(value: Any) -> Any:
        value = _as_tuple(value)
        known = isinstance(value, tuple) and all(word in words for word in value)
        return tuple(sorted(value, key=words.index)) if known else value

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, tuple) or value != tuple(w for w in words if w in value):
            raise SpecError(
                f"{op.kind}: {attribute.name} must be a tuple of some of {', '.join(words)}, "
                f"each once, got {shown(value)}"
            )

    return attrs.field(
        default=(),
        converter=convert,
        validator=check,
        metadata={"schema": {"type": "array", "items": {"enum": list(words)}}},
    )
