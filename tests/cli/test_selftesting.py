"""`zoo selftest`: what it runs, and how it ends."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import StandIn
from zoo import selftest as package


@pytest.fixture
def judged(stand_in) -> StandIn:
    return stand_in(package, "selftest")


def test_all_faults_on_all_backends_unless_told_otherwise(zoo, judged) -> None:
    """The exit code is the report's."""
    result = zoo("selftest")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert judged.backends == ["pretend:eager"]
    assert "faults" not in judged.options
    assert judged.options["clean"] == 125
    zoo("selftest", "--only", "one", "--only", "two", "--clean", 3, "--dtype", "float32")
    assert judged.options["faults"] == ("one", "two")
    assert (judged.options["clean"], judged.options["dtype"]) == (3, "float32")


def test_json_on_standard_output_stands_alone(zoo, judged) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("selftest", "--json").stdout) == {"passed": False}


def test_the_help_says_what_a_comparison_is(zoo) -> None:
    """A count of comparisons means nothing without it."""
    text = " ".join(zoo("selftest", "--help").stdout.split())
    assert "one model on one backend is one clean comparison, of all its tensors" in text
