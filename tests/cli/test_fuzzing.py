"""`zoo fuzz`: which models it runs, and how it ends."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import StandIn
from zoo import fuzz as package


@pytest.fixture
def campaign(stand_in) -> StandIn:
    return stand_in(package, "fuzz")


def test_numbers_count_from_a_start(zoo, campaign) -> None:
    """A hundred models by default, from number 0 on; the exit code is the report's."""
    result = zoo("fuzz")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert list(*campaign.arguments) == list(range(100))
    assert campaign.backends == ["pretend:eager"]
    zoo("fuzz", "--models", 3, "--start", 7, "--seed", 5, "--dtype", "float32")
    assert list(*campaign.arguments) == [7, 8, 9]
    assert (campaign.options["seed"], campaign.options["dtype"]) == (5, "float32")


def test_a_model_is_run_alone(zoo, campaign) -> None:
    """Or several; their numbers are all that counts."""
    zoo("fuzz", "--only", 17, "--only", 4, "--models", 3)
    assert list(*campaign.arguments) == [17, 4]


def test_json_on_standard_output_stands_alone(zoo, campaign) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("fuzz", "--json").stdout) == {"passed": False}
