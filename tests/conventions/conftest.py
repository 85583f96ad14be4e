"""A table of three backends, made by hand."""

from __future__ import annotations

import attrs
import pytest

from zoo.conventions.questions import QUESTIONS
from zoo.conventions.table import Answer, Table


def value(content, asked="called"):
    return Answer("value", content, asked)


@pytest.fixture
def table() -> Table:
    """`ours` agrees with the specification; `theirs` and `other` agree with each other."""
    answers = {
        "ours": {
            "dense_weight_layout": value("out, in"),
            "adam": value([0.93333333, 0.87623377]),
            "gelu_form": value("erf"),
            "relu_at_zero": value(0.0),
        },
        "theirs": {
            "dense_weight_layout": value("in, out"),
            "adam": value([0.9940517, 0.9878978]),
            "gelu_form": Answer("absent", "theirs has no <GELU> | gelu"),
            "relu_at_zero": value(0),
        },
        "other": {
            "dense_weight_layout": value("in, out"),
            "adam": Answer("error", "ValueError: broken", "called"),
            "gelu_form": value("erf"),
            "relu_at_zero": value(0.0),
        },
    }
    names = dict.fromkeys(answers)
    return Table(
        answers,
        {name: {name: "1.0", "numpy": "2.0"} for name in names},
        dict.fromkeys(names, "2026-01-02"),
        dict.fromkeys(names, "Linux x86_64"),
        {"dense_weight_layout": "out, in", "relu_at_zero": 0.0},
    )


@pytest.fixture
def changed():
    """A copy of a table with one answer of one backend replaced, None for left out."""

    def change(table: Table, backend: str, name: str, answer: Answer | None) -> Table:
        assert name in QUESTIONS
        own = {key: each for key, each in table.answers[backend].items() if key != name}
        own.update({name: answer} if answer else {})
        return attrs.evolve(table, answers={**table.answers, backend: own})

    return change
