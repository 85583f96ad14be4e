"""`zoo fuzz`: which models it runs, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoo import envs
from zoo import fuzz as package


class Report:
    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"passed": False}

    def __str__(self) -> str:
        return "the report"


class Campaign:
    def __call__(self, numbers: Any, backends: Any, **options: Any) -> Report:
        self.numbers, self.options = list(numbers), options
        self.backends = [str(target) for target in backends]
        return Report()


@pytest.fixture
def campaign(monkeypatch: pytest.MonkeyPatch, pretend) -> Campaign:
    """Stands in for the campaign; environments are not built."""
    made = Campaign()
    monkeypatch.setattr(package, "fuzz", made)
    monkeypatch.setattr(envs, "create", lambda backend: None)
    return made


def test_numbers_count_from_a_start(zoo, campaign) -> None:
    """A hundred models by default, from number 0 on; the exit code is the report's."""
    result = zoo("fuzz")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert campaign.numbers == list(range(100))
    assert campaign.backends == ["pretend:eager"]
    zoo("fuzz", "--models", 3, "--start", 7, "--seed", 5, "--dtype", "float32")
    assert campaign.numbers == [7, 8, 9]
    assert (campaign.options["seed"], campaign.options["dtype"]) == (5, "float32")


def test_a_model_is_run_alone(zoo, campaign) -> None:
    """Or several; their numbers are all that counts."""
    zoo("fuzz", "--only", 17, "--only", 4, "--models", 3)
    assert campaign.numbers == [17, 4]


def test_json_on_standard_output_stands_alone(zoo, campaign) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("fuzz", "--json").stdout) == {"passed": False}
