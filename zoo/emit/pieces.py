"""Pieces of text that emitted sources are put together from."""

from __future__ import annotations

import re
from typing import Sequence

from zoo.emit.outline import BlockClass, Chain, Layer, Use
from zoo.emit.parameters import Name
from zoo.emit.writer import Writer


def uses(text: str, module: str) -> bool:
    """Whether something of a module that goes by this name is in a text."""
    return re.search(rf"(?<![\w.]){module}\.", text) is not None


def indented(by: int, lines: Sequence[str]) -> str:
    """Lines as one text, some spaces in front of each but blank ones."""
    return "\n".join((" " * by + line).rstrip() for line in lines)


def written(*texts: str) -> str:
    """Text as the writer breaks its lines."""
    out = Writer()
    out.lines(texts)
    return out.text()


def layers(cls: BlockClass) -> list[Layer]:
    """Every layer of a class, those in chains too."""
    found: list[Layer] = []
    for member in cls.members:
        parts = [e for e, _ in member.runs] if isinstance(member, Chain) else [member]
        found += [part for part in parts if isinstance(part, Layer)]
    return found


def parameters(cls: BlockClass, names: Sequence[str]) -> list[str]:
    """Some of a class's parameters as a signature has them, with their defaults."""
    return [f"{n}={literal(cls.defaults[n])}" if n in cls.defaults else n for n in names]


def arguments(use: Use, parameters: Sequence[str], *, by_position: int) -> list[str]:
    """What a use passes for some of its class's parameters; defaults are left out."""
    texts = []
    for position, name in enumerate(parameters):
        text, defaults = literal(use.arguments[name]), use.cls.defaults
        if name not in defaults and position < by_position:
            texts.append(text)
        elif name not in defaults or text != literal(defaults[name]):
            texts.append(f"{name}={text}")
    return texts


def literal(value: object) -> str:
    """A constructor argument as source text."""
    if isinstance(value, Name):
        return value.text
    return repr(value)


def operand(text: str) -> str:
    """Brackets around an expression that is no name, call or index."""
    depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character == " ":
            return f"({text})"
    return text


def pair(value: object) -> str:
    """A pair as source text; one number where both are equal."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return repr(value[0])
    return literal(value)


def even_pads(layer: Layer) -> str | None:
    """Pads that are alike on both sides, as source text; None if they are not."""
    top, bottom, left, right = layer["pads"]
    return pair((top, left)) if top == bottom and left == right else None


def all_pads(layer: Layer) -> str:
    """(top, bottom, left, right) as source text; one number where all are equal."""
    pads = layer["pads"]
    return literal(pads[0] if len(set(pads)) == 1 else pads)


def unless(default: object, **arguments: str) -> list[str]:
    """Keyword arguments as source text, those that equal the constructor's default left out."""
    return [f"{name}={text}" for name, text in arguments.items() if text != repr(default)]
