"""Which parts of several programs stand beside each other.

Header, model and training are one row each. A block is a row, whatever a framework's idiom makes
of its name: `BasicBlock`, `basic_block` and `init_basic_block` are one. A helper is a row if
several programs have it; those that only one has share the last row.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Iterator, Mapping, Optional, Sequence, Tuple

import attrs

from zoo.emit.base import Part, Program
from zoo.emit.names import camel_case
from zoo.spec.graph import Call, Item, Spec

KINDS = ("header", "block", "model", "training", "helper")
"""In the order of the rows: a comparison is about the model, so what it needs comes last."""

ALONE = ("helper", "")

Key = Tuple[str, str]


@attrs.frozen
class Row:
    """Parts that correspond.

    Attributes:
        kind: of the parts; see `zoo.emit.base.Part`.
        title: what a reader calls it.
        anchor: unique, and for a block the same whichever backends are shown.
        cells: for each program its parts of this row: mostly one, none if it lacks it.
    """

    kind: str
    title: str
    anchor: str
    cells: Tuple[Tuple[Part, ...], ...]


def align(spec: Spec, programs: Sequence[Optional[Program]]) -> list[Row]:
    """The rows of a model's programs: helpers last, else in the order of the programs.

    A program that is None, because its backend refused the model, has empty cells.
    """
    blocks = {_plain(name): name for name in _blocks(spec.body)}
    columns = [_by_key(program, blocks) if program else {} for program in programs]
    if sum(map(bool, columns)) > 1:
        owners = Counter(key for column in columns for key in column)
        columns = [_gathered(column, owners) for column in columns]
    order = sorted(_merged(columns), key=lambda key: (KINDS.index(key[0]), key == ALONE))
    return [_row(key, [column.get(key, ()) for column in columns], blocks) for key in order]


def _by_key(program: Program, blocks: Mapping[str, str]) -> dict[Key, Tuple[Part, ...]]:
    found: dict[Key, Tuple[Part, ...]] = {}
    variants: dict[str, list[str]] = {}
    for part in program.parts:
        name = _plain(part.name) if part.kind in ("helper", "block") else ""
        if part.kind == "block":
            # A block that needs several classes, or whose name was taken, has a number after it,
            # which need not be the same in every program; what counts is its place among them.
            base = name if name in blocks else name.rstrip("0123456789")
            known = variants.setdefault(base, [])
            if name not in known:
                known.append(name)
            number = known.index(name) + 1
            name = f"{base}-{number}" if number > 1 else base
        key = (part.kind, name)
        found[key] = (*found.get(key, ()), part)
    return found


def _gathered(
    column: Mapping[Key, Tuple[Part, ...]], owners: Mapping[Key, int]
) -> dict[Key, Tuple[Part, ...]]:
    """The column with the helpers that no other has under one key."""
    found: dict[Key, Tuple[Part, ...]] = {}
    for key, parts in column.items():
        wanted = ALONE if key[0] == "helper" and owners[key] == 1 else key
        found[wanted] = (*found.get(wanted, ()), *parts)
    return found


def _merged(columns: Sequence[Mapping[Key, object]]) -> list[Key]:
    """All keys; one that earlier columns lack goes after the key that it follows in its own."""
    order: list[Key] = []
    for column in columns:
        place = 0
        for key in column:
            if key not in order:
                order.insert(place, key)
            place = order.index(key) + 1
    return order


def _row(key: Key, cells: Sequence[Tuple[Part, ...]], blocks: Mapping[str, str]) -> Row:
    kind, name = key
    names = [part.name for parts in cells for part in parts]
    name_of_class = next((word for word in names if word != word.lower()), names[0])
    if kind == "block":
        base, _, number = name.partition("-")
        title = camel_case(blocks.get(base, names[0])) + number
    elif key == ALONE:
        title = "Helpers of one backend only"
    else:
        title = {"header": "Imports", "training": "Training"}.get(kind, name_of_class)
    return Row(kind, title, "-".join(filter(None, key)), tuple(cells))


def _plain(name: str) -> str:
    """A name without its idiom: case, underscores, and `init` before or after it."""
    words = re.sub(r"^init_(?=.)|(?<=.)_init$", "", name)
    return words.replace("_", "").lower()


def _blocks(body: Sequence[Item]) -> Iterator[str]:
    for item in body:
        if isinstance(item, Call):
            yield item.block
            yield from _blocks(item.body)
