"""Lines are broken as the usual formatters break them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zoo.emit.writer import Writer, fold

LONG = [
    "x = function_of_a_name(first_argument, second_argument, third_argument, fourth_argument)",
    "x = outer(inner_function(first_argument, second_argument), another_one(third, fourth), 55)",
    "self.shortcut = Shortcut(in_channels, channels, stride=stride) if a_condition else Identity()",
    "return function_with_a_long_name("
    + ", ".join(f"argument_{i}=value_{i}" for i in range(9))
    + ")",
    'x = Layer(first, second=a_longer_value, third=another_value, name="short_enough")(x)',
    'x = Layer(first, second=a_longer_value, third=another_value, name="too_long_for_that")(x)',
    'x = Layer(first, second=a_longer_value, third=another_value, name="far_too_long_for_it")(x)',
    "x = root(delta_square_average + 0.001) / root(square_average + 0.0000001) * gradient_of_it",
    "mean = ahead / (1 - mu_product * next_mu) * first_moment + (1 - mu) / (1 - mu_product) * grad",
    "call(decay * variable + rate * first_moment / (the_root_of(second_moment / bias2) + 1e-07))",
    "call(decay * variable + " + " * ".join(f"factor_{i}" for i in range(8)) + " * of(one + two))",
    "x = where(step <= 3, step / 4, 0.1 + (1 - 0.1) * (1 + cos(pi * minimum(step - 4, 12))) / 12)",
]


@pytest.mark.parametrize("line", LONG)
def test_a_long_line_is_broken_as_ruff_does(line: str) -> None:
    """The formatter has nothing to change."""
    text = "\n".join(fold(line)) + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "88", "-"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == text


def test_short_lines_comments_and_docstrings_stay() -> None:
    """What fits, and prose, is left alone."""
    assert fold("x = f(1)") == ["x = f(1)"]
    comment = "# " + "word " * 30
    assert fold(comment) == [comment]


def test_indentation_nests() -> None:
    """Each level is four spaces, empty lines are empty, and none is left at the end."""
    out = Writer()
    out.line("class A:")
    with out.indented():
        out.line("def f(self):")
        with out.indented():
            out.line("pass")
        out.line("")
    assert out.text() == "class A:\n    def f(self):\n        pass"
