"""What a probe says becomes plain data, whatever it does."""

from __future__ import annotations

import json
from types import ModuleType

import numpy as np
import pytest

from zoo.conventions.asking import Absent, answer, find, lacks, obliges, plain, takes_no


def probes(**functions) -> ModuleType:
    module = ModuleType("probes")
    vars(module).update(functions)
    return module


def asked(function):
    return answer(probes(question=function), "question")


def test_a_value_comes_with_what_was_asked() -> None:
    """The docstring in one line."""

    def probe():
        """numpy.float32(
        1.5)"""
        return np.float32(1.5)

    assert asked(probe) == {"value": 1.5, "asked": "numpy.float32( 1.5)"}


def test_an_absence_is_a_sentence_with_the_docstring_as_its_subject() -> None:
    """It is no value and no error."""

    def probe():
        """numpy"""
        return find(np, "relu", "gelu")

    assert asked(probe) == {"absent": "numpy has no relu or gelu"}


def test_an_exception_is_an_error() -> None:
    """Its first line is kept."""

    def probe():
        """numpy"""
        raise ValueError("one\ntwo")

    assert asked(probe) == {"error": "ValueError: one", "asked": "numpy"}


def test_a_missing_probe_is_an_error() -> None:
    """An adapter cannot leave a question out."""
    assert answer(probes(), "question") == {"error": "probes has no probe question", "asked": ""}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.float64("nan"), "nan"),
        (-np.inf, "-inf"),
        (-0.0, 0.0),
        (np.array(2), 2),
        (np.array([1.0, np.inf]), [1.0, "inf"]),
        ((1, "a"), [1, "a"]),
        (True, "yes"),
        (np.False_, "no"),
    ],
)
def test_values_become_what_json_can_hold(value, wanted) -> None:
    """NaN and infinities are words, arrays lists."""
    found = plain(value)
    assert json.loads(json.dumps(found, allow_nan=False)) == wanted
    assert str(found) == str(wanted)


def test_what_is_no_answer_is_refused() -> None:
    """None above all: a probe that forgot its return."""
    with pytest.raises(TypeError, match="a probe returned None"):
        plain(None)


def test_find_takes_the_first_that_there_is() -> None:
    """A function may have had another name."""
    assert find(np, "relu", "tanh") is np.tanh


def test_what_is_said_to_be_absent_is_looked_for() -> None:
    """Once a framework has it, the probe fails instead of staying silent."""

    def function(x, axis=-1):
        return x

    assert isinstance(lacks(np, "relu"), Absent)
    assert str(takes_no(function, "mask", "where")) == "takes no mask or where"
    assert str(obliges(function, "x")) == "has no default for x"
    with pytest.raises(LookupError, match="there is tanh now"):
        lacks(np, "relu", "tanh")
    with pytest.raises(LookupError, match="it takes axis now"):
        takes_no(function, "mask", "axis")
    with pytest.raises(LookupError, match="axis has a default now"):
        obliges(function, "axis")
