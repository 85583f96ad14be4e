"""`zoo dropout`: what it runs, and how it ends."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import StandIn
from zoo import randomness as package


@pytest.fixture
def examined(stand_in) -> StandIn:
    return stand_in(package, "randomness")


def test_all_backends_are_examined_unless_told_otherwise(zoo, examined) -> None:
    """The exit code is the report's."""
    result = zoo("dropout")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert examined.backends == ["pretend:eager"]
    assert examined.options == {
        "drop_rate": 0.3, "steps": 64, "dtype": "float32", "seed": 0, "python": {},
    }  # fmt: skip
    zoo("dropout", "--rate", 0.1, "--plant", "pretend", "one", "other")
    assert examined.options["drop_rate"] == 0.1
    assert examined.options["plant"] == {"pretend": {"one": "other"}}


def test_json_on_standard_output_stands_alone(zoo, examined) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("dropout", "--json").stdout) == {"passed": False}
