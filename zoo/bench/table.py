"""What a table is, whatever it shows and whatever format it is written in."""

from __future__ import annotations

from typing import Sequence, Tuple

import attrs

from zoo.bench.identity import fingerprint, machines
from zoo.bench.likeness import described, varying
from zoo.bench.numerals import NOTHING
from zoo.bench.record import Cell, Record


@attrs.frozen
class Entry:
    """One figure as text.

    Attributes:
        text: the median, or why there is none.
        interval: both ends in brackets, or empty.
        marked: whether it is among the best of its like.
    """

    text: str = NOTHING
    interval: str = ""
    marked: bool = False


@attrs.frozen
class Row:
    """One cell, or several that belong together.

    Attributes:
        labels: what it is.
        entries: its figures.
        notes: numbers of the reasons why some are missing.
    """

    labels: Tuple[str, ...]
    entries: Tuple[Entry, ...]
    notes: Tuple[int, ...] = ()


@attrs.frozen
class Section:
    """Rows under a heading, such as those of one model."""

    title: str
    rows: Tuple[Row, ...]


@attrs.frozen
class Table:
    """What is written in one format or another.

    Attributes:
        title: what it shows of the sections, in a word or two.
        caption: sentences on how to read it and where it comes from.
        labels: headings of the columns that say what a row is.
        columns: headings of the others, with units; a line may end where they have a newline.
        sections: the rows.
        notes: reasons that rows refer to, the first is 1.
    """

    title: str
    caption: Tuple[str, ...]
    labels: Tuple[str, ...]
    columns: Tuple[str, ...]
    sections: Tuple[Section, ...]
    notes: Tuple[str, ...] = ()


def origin(record: Record, cells: Sequence[Cell]) -> Tuple[str, ...]:
    """Sentences on where figures come from: what the cells share, machines and the record."""
    other = varying(cells)
    same = [name for name in ("dtype", "device", "batch", "threads") if name not in other]
    shared = ", ".join(f"{name} {described(cells[0])[name]}" for name in same)
    return (
        *([f"{shared[0].upper()}{shared[1:]}."] if shared else []),
        f"Measured on {machines(record, cells)}.",
        f"Record {fingerprint(record)[:12]} of {record.created[:10]}, "
        f"parityzoo {record.software['parityzoo']}.",
    )
