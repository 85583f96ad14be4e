"""Lines of emitted code, indented and broken the way the usual formatters break them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import Iterable, Iterator

LIMIT = 88
_OPEN, _CLOSE = "([{", ")]}"


class Writer:
    """Collects lines; long calls are broken at their outermost brackets."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = ""

    def line(self, text: str = "") -> None:
        for part in text.split("\n"):
            self._lines += fold(self._indent + part) if part.strip() else [""]

    def lines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.line(text)

    @contextmanager
    def indented(self) -> Iterator[None]:
        self._indent += "    "
        yield
        self._indent = self._indent[:-4]

    def text(self) -> str:
        """All lines, without blank ones around them."""
        return "\n".join(self._lines).strip("\n")


def fold(line: str) -> list[str]:
    """Break a line of more than 88 characters at its last top-level bracket, as formatters do."""
    if len(line) <= LIMIT or line.lstrip().startswith(("#", '"""')):
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    choice = re.fullmatch(r" *(\S+ = |return )(.+) if (.+) else (.+)", line)
    if choice and _is_balanced(choice[2]) and _is_balanced(choice[3]):
        inside = indent + "    "
        parts = [f"{choice[2]} if {choice[3]} else {choice[4]}"]
        if len(inside + parts[0]) > LIMIT:
            parts = [choice[2], f"if {choice[3]}", f"else {choice[4]}"]
        return [f"{indent}{choice[1]}(", *(inside + part for part in parts), f"{indent})"]
    begin = re.match(r' *([\w.\["\]]+ [-+*/]?= |return )', line)
    if begin and _breaks_at_operators(line[begin.end() :]):
        rows = _rows(f"{indent}    ", line[begin.end() :])
        return [f"{begin[0]}(", *rows, f"{indent})"]
    span = _last_top_level_bracket(line)
    if span is None:
        return [line]
    start, end = span
    inner, inside = line[start + 1 : end], indent + "    "
    is_call = start > 0 and (line[start - 1].isalnum() or line[start - 1] in "_])")
    if len(inside + inner) <= LIMIT and (is_call or len(_split(inner)) == 1):
        return [line[: start + 1], inside + inner, indent + line[end:]]
    repeat = re.fullmatch(r"(.+) (for \w+ in \S+)", inner)
    if repeat and _is_balanced(repeat[1]):
        element = fold(inside + repeat[1])
        return [line[: start + 1], *element, inside + repeat[2], indent + line[end:]]
    pieces = _split(inner)
    pieces = pieces if len(pieces) == 1 and len(_terms(inner)) > 1 else _with_commas(pieces)
    rows = [row for piece in pieces for row in _rows(inside, piece)]
    return [line[: start + 1], *rows, indent + line[end:]]


def _last_top_level_bracket(line: str) -> tuple[int, int] | None:
    """Where it opens and closes; of calls in a row, the last whose beginning fits on a line."""
    depth, start, spans = 0, 0, []
    for position, character in enumerate(line):
        if character in _OPEN:
            if depth == 0:
                start = position
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth == 0 and position - start > 1:
                spans.append((start, position))
    while len(spans) > 1 and spans[-1][0] >= LIMIT and spans[-2][1] + 1 == spans[-1][0]:
        spans.pop()
    return spans[-1] if spans else None


def _is_balanced(text: str) -> bool:
    return sum(c in _OPEN for c in text) == sum(c in _CLOSE for c in text)


def _breaks_at_operators(expression: str) -> bool:
    """Whether formatters put brackets around it; a lone operator beside a bracket stays."""
    terms = _terms(expression)
    beside_bracket = expression[0] in _OPEN or expression[-1] in _CLOSE
    return len(terms) > 2 or (len(terms) == 2 and not beside_bracket)


def _rows(indent: str, expression: str) -> list[str]:
    """A sum or a product, an operand a row; a keyword argument is broken at its brackets."""
    terms = _terms(expression)
    if len(indent + expression) <= LIMIT or len(terms) == 1 or re.match(r"\w+=", expression):
        return fold(indent + expression)
    return [row for term in terms for row in _rows(indent, term)]


def _terms(expression: str) -> list[str]:
    """The terms of a sum, or else the factors of a product, each with its operator."""
    for operators in ((" + ", " - "), (" * ", " / ")):
        terms, depth, start = [], 0, 0
        for position, character in enumerate(expression):
            depth += (character in _OPEN) - (character in _CLOSE)
            if depth == 0 and expression[position : position + 3] in operators:
                terms.append(expression[start:position])
                start = position + 1
        if terms:
            return [*terms, expression[start:]]
    return [expression]


def _with_commas(pieces: list[str]) -> list[str]:
    """A bracketed single one takes none, as it is broken at its own brackets."""
    if len(pieces) == 1 and pieces[0][-1] in _CLOSE:
        return pieces
    return [f"{piece}," for piece in pieces]


def _split(text: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        in_lambda = re.match(r"\s*lambda [^:]*$", text[start:position])
        if character == "," and depth == 0 and not in_lambda:
            parts.append(text[start:position].strip())
            start = position + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts
