"""What a question is."""

from __future__ import annotations

from typing import Any, Tuple

from attrs import field, frozen, validators

NUMBER, WORD, VECTOR = "number", "word", "vector"
NOT_FINITE = ("nan", "inf", "-inf")


@frozen
class Question:
    """One convention that frameworks may differ in.

    Attributes:
        name: also the name of the probe in every adapter, and the anchor on the page.
        text: the question in words, with the inputs that matter.
        kind: of the answer: `number`, `word` or `vector`.
        why: one sentence on what goes wrong for who does not know.
        words: the only words that may be answered; empty if they are not known beforehand.
        digits: significant digits that mean something; a difference below them is none.
    """

    name: str = field(validator=validators.matches_re(r"[a-z][a-z0-9_]*"))
    text: str
    kind: str = field(validator=validators.in_((NUMBER, WORD, VECTOR)))
    why: str
    words: Tuple[str, ...] = ()
    digits: int = 6

    def trouble(self, value: Any) -> str:
        """Why a value is no answer to this question; empty if it is one."""
        if self.kind == VECTOR:
            fits = isinstance(value, list) and all(_is_scalar(each) for each in value)
        elif self.kind == NUMBER:
            fits = _is_number(value)
        else:
            fits = isinstance(value, str) and (not self.words or value in self.words)
        needed = " or ".join(self.words) if self.words else f"a {self.kind}"
        return "" if fits else f"answered {value!r}; needed: {needed}"

    def rounded(self, value: Any) -> Any:
        """The value with two digits more than mean something."""
        if isinstance(value, list):
            return [self.rounded(each) for each in value]
        return float(f"{value:.{self.digits + 2}g}") if isinstance(value, float) else value

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values are the same answer."""
        if isinstance(one, list) and isinstance(other, list):
            return len(one) == len(other) and all(map(self.same, one, other))
        if _is_finite(one) and _is_finite(other):
            return bool(abs(one - other) <= 0.5 * 10**-self.digits * max(abs(one), abs(other)))
        return bool(one == other)


@frozen
class Section:
    """Questions that belong together; `name` is the module in which an adapter answers them."""

    name: str
    title: str
    questions: Tuple[Question, ...]


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float))


def _is_number(value: Any) -> bool:
    return _is_finite(value) or value in NOT_FINITE


def _is_scalar(value: Any) -> bool:
    return _is_number(value) or isinstance(value, str)
