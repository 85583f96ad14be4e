"""The questions as a whole."""

from __future__ import annotations

from collections import Counter

import pytest

from zoo.conventions.question import WORD
from zoo.conventions.questions import QUESTIONS, SECTIONS


def test_no_name_is_used_twice() -> None:
    """Names are anchors of one page, those of sections too."""
    names = [each.name for section in SECTIONS for each in section.questions]
    counts = Counter([*names, *(section.name for section in SECTIONS)])
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_in_words_and_gives_its_reason(name) -> None:
    """Words to choose from belong to words alone."""
    asked = QUESTIONS[name]
    assert asked.text.endswith(("?", "."))
    assert asked.why.endswith(".")
    assert not asked.words or asked.kind == WORD
