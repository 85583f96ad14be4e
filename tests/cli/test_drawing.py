"""`zoo dropout`: what it runs, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoo import envs
from zoo import randomness as package


class Report:
    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"passed": False}

    def __str__(self) -> str:
        return "the report"


class Randomness:
    def __call__(self, backends: Any, *, progress: Any, **options: Any) -> Report:
        self.backends, self.options = [str(target) for target in backends], options
        return Report()


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, pretend) -> Randomness:
    """For what asks backends; environments are not built."""
    made = Randomness()
    monkeypatch.setattr(package, "randomness", made)
    monkeypatch.setattr(envs, "create", lambda backend: None)
    return made


def test_all_backends_are_examined_unless_told_otherwise(zoo, stand_in) -> None:
    """The exit code is the report's."""
    result = zoo("dropout")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert stand_in.backends == ["pretend:eager"]
    assert stand_in.options == {
        "drop_rate": 0.3, "steps": 64, "dtype": "float32", "seed": 0, "python": {},
    }  # fmt: skip
    zoo("dropout", "--rate", 0.1, "--plant", "pretend", "one", "other")
    assert stand_in.options["drop_rate"] == 0.1
    assert stand_in.options["plant"] == {"pretend": {"one": "other"}}


def test_json_on_standard_output_stands_alone(zoo, stand_in) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("dropout", "--json").stdout) == {"passed": False}
