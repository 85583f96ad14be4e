"""What a person types for a model: a name with a preset and changes, or a JSON file's path.

And for its training: `adamw:learning_rate=0.01,decay_excludes=bias+norm`.
"""

from __future__ import annotations

import os
from typing import Any, Iterable, Mapping, TypeVar

import attrs

from zoo.errors import SpecError, UsageError, nearest, shown
from zoo.models import registry
from zoo.spec.declared import Declared
from zoo.spec.graph import Spec
from zoo.spec.serialization import MAX_BYTES

Part = TypeVar("Part", bound=Declared)


def load(model: str, preset: str | None = None, changes: Mapping[str, Any] | None = None) -> Spec:
    """The specification that a word names.

    Args:
        model: a model's name, or a path: it ends in `.json` or has a folder in it.
        preset: of a model by name; `default` if left out.
        changes: arguments of a model by name; a single number does for a tuple.

    Raises:
        UsageError: an unknown model, preset or argument, or a file that cannot be read.
        SpecError: values or a file that make no model.
    """
    if is_path(model):
        if preset is not None or changes:
            raise UsageError(
                f"{model} is a finished specification; presets and arguments go with a model's "
                f"name: {', '.join(registry.MODELS)}"
            )
        return read(model)
    defaults = registry.arguments(model)
    for name in changes or {}:
        if name not in defaults:  # registry.build has parameters of its own, not to be hit
            raise UsageError(f"{model} has no argument {name}; {nearest(name, defaults)}")
    fitted = {
        name: (value,) if type(value) is int and isinstance(defaults[name], tuple) else value
        for name, value in (changes or {}).items()
    }
    return registry.build(model, preset or "default", **fitted)


def is_path(model: str) -> bool:
    return model.endswith(".json") or os.sep in model


def read(path: str) -> Spec:
    """Read a specification from a JSON file; no more of it than a specification may have.

    Raises:
        UsageError: the file cannot be read.
        SpecError: it holds no specification; the message starts with the path.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        return Spec.from_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: not UTF-8 text: {error.reason} at byte {error.start}") from None
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from None


def parse_changes(words: Iterable[str]) -> dict[str, Any]:
    """Read `NAME=VALUE` words; a value is a number, or whole numbers with commas between.

    Raises:
        UsageError: a word of another form.
    """
    changes = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not (name and equals):
            raise UsageError(f"--set takes NAME=VALUE, such as classes=10, got {shown(word)}")
        changes[name.strip()] = _value(name, text)
    return changes


def _value(name: str, text: str) -> Any:
    try:
        if "," in text:
            return tuple(int(part) for part in text.rstrip(",").split(","))
        try:
            return int(text)
        except ValueError:
            return float(text)
    except ValueError:
        raise UsageError(
            f"--set {name} takes a number, or whole numbers with commas between, got {shown(text)}"
        ) from None


def parse_part(option: str, table: Mapping[str, type[Part]], text: str) -> Part:
    """Read `KIND` or `KIND:NAME=VALUE,...`; attributes that are left out have their default.

    A value is a number, true or false, a word, or words with + between.

    Raises:
        UsageError: an unknown kind or attribute, an attribute that has no default left out, or
            another form; all with what is possible.
        SpecError: a value out of range.
    """
    kind, _, rest = text.partition(":")
    if kind not in table:
        raise UsageError(f"{option} knows no {shown(kind)}; {nearest(kind, table)}")
    fields = {field.name: field for field in attrs.fields(table[kind])}
    given = {}
    for word in filter(None, rest.split(",")):
        name, equals, value = (part.strip() for part in word.partition("="))
        if not (equals and value):
            raise UsageError(f"{option} takes KIND:NAME=VALUE,..., got {shown(word)}")
        if name not in fields:
            raise UsageError(f"{option}: {kind} has no {shown(name)}; {nearest(name, fields)}")
        is_tuple = isinstance(fields[name].default, tuple)
        given[name] = tuple(value.split("+")) if is_tuple else _plain(value)
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in given:
            raise UsageError(f"{option}: {kind} needs {name}, such as {kind}:{name}=10")
    return table[kind](**given)


def _plain(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text
