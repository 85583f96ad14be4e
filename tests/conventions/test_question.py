"""What a question takes for an answer, and which answers are the same."""

from __future__ import annotations

import pytest

from zoo.conventions.question import Question


def question(kind="number", **options) -> Question:
    return Question("name", "text?", kind, "why.", **options)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 1),
        ("number", "nan"),
        ("number", "-inf"),
        ("word", "any"),
        ("vector", [1.0, "nan"]),
        ("vector", []),
    ],
)
def test_answers_of_the_kind_are_taken(kind, value) -> None:
    """NaN and infinities are numbers."""
    assert question(kind).trouble(value) == ""


@pytest.mark.parametrize(
    ("asked", "value", "needed"),
    [
        (question(), "one", "a number"),
        (question("vector"), 1.0, "a vector"),
        (question("vector"), [[1]], "a vector"),
        (question("word"), 1, "a word"),
        (question("word", words=("a", "b")), "c", "a or b"),
    ],
)
def test_other_answers_are_refused(asked, value, needed) -> None:
    """The trouble names what was needed."""
    assert asked.trouble(value) == f"answered {value!r}; needed: {needed}"


@pytest.mark.parametrize(
    ("digits", "one", "other", "same"),
    [
        (6, 0.89, 0.890001, False),
        (5, 0.89, 0.890001, True),
        (6, 0.1, 0.10000001, True),
        (2, 0.0365, 0.0366, True),
        (2, 0.0365, 0.0404, False),
        (6, 0.0, 1e-30, False),
        (6, "nan", "nan", True),
        (6, "inf", 1.0, False),
        (6, [1.0, "nan"], [1.0000001, "nan"], True),
        (6, [1.0], [1.0, 2.0], False),
        (6, "biased", "unbiased", False),
    ],
)
def test_answers_are_the_same_within_their_digits(digits, one, other, same) -> None:
    """In both directions."""
    asked = question(digits=digits)
    assert asked.same(one, other) is same
    assert asked.same(other, one) is same


def test_what_is_recorded_keeps_two_digits_more() -> None:
    """So that rounding never makes two equal answers different."""
    assert question(digits=3).rounded([1 / 3, 2, "nan"]) == [0.33333, 2, "nan"]
