"""A table of conventions as its pages and the terminal show it: rows of cells with text."""

from __future__ import annotations

from typing import Any, Mapping, Tuple

from attrs import frozen

from zoo.conventions.question import Question
from zoo.conventions.questions import SECTIONS
from zoo.conventions.table import Table

NOTHING, FAILED = "–", "failed"


@frozen
class Cell:
    """One answer.

    Attributes:
        state: `value`, `absent` or `error`.
        text: the value, or a dash, or `failed`.
        rank: 0 for the first of the row's groups, 1 for the next and so on; -1 for no value.
        note: why there is no value.
        asked: what was called.
    """

    state: str
    text: str
    rank: int = -1
    note: str = ""
    asked: str = ""


@frozen
class Row:
    """A question with its answers.

    Attributes:
        question: what was asked.
        specification: parityzoo's own answer, or empty.
        cells: by backend.
        groups: each different value with those that gave it, as `Table.groups` orders them.
        shared: whether the first group's value is the specification's too.
    """

    question: Question
    specification: str
    cells: Mapping[str, Cell]
    groups: Tuple[Tuple[str, Tuple[str, ...]], ...]
    shared: bool

    @property
    def agree(self) -> bool:
        return len(self.groups) < 2


@frozen
class Part:
    """A section with those of its questions that are shown."""

    name: str
    title: str
    rows: Tuple[Row, ...]

    @property
    def differing(self) -> int:
        return sum(not row.agree for row in self.rows)


def parts(table: Table, names: Tuple[str, ...] = ()) -> Tuple[Part, ...]:
    """The table's sections; with names of questions or sections, only these."""
    found = []
    for section in SECTIONS:
        rows = tuple(
            _row(table, question)
            for question in section.questions
            if not names or question.name in names or section.name in names
        )
        found += [Part(section.name, section.title, rows)] if rows else []
    return tuple(found)


def shown(question: Question, value: Any) -> str:
    """A value as a person reads it, with the digits that mean something."""
    if isinstance(value, list):
        return ", ".join(shown(question, each) for each in value)
    if isinstance(value, float):
        return f"{value:.{question.digits}g}"
    return str(value)


def _row(table: Table, question: Question) -> Row:
    own, values = table.specification.get(question.name), table.groups(question)
    groups = tuple((shown(question, value), tuple(backends)) for value, backends in values)
    shared = bool(values) and question.same(values[0][0], own)
    cells = {backend: _cell(table, backend, question, groups) for backend in table.backends}
    return Row(question, "" if own is None else shown(question, own), cells, groups, shared)


def _cell(
    table: Table, backend: str, question: Question, groups: Tuple[Tuple[str, Tuple[str, ...]], ...]
) -> Cell:
    answer = table.answers[backend].get(question.name)
    if answer is None:
        return Cell("absent", NOTHING, note="not asked yet")
    if not answer.measured:
        text = NOTHING if answer.state == "absent" else FAILED
        return Cell(answer.state, text, note=answer.content, asked=answer.asked)
    (rank,) = [index for index, (_text, backends) in enumerate(groups) if backend in backends]
    return Cell("value", shown(question, answer.content), rank, asked=answer.asked)
