"""`zoo selftest`: what it runs, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoo import envs
from zoo import selftest as package


class Report:
    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"passed": False}

    def __str__(self) -> str:
        return "the report"


class Selftest:
    def __call__(self, backends: Any, **options: Any) -> Report:
        self.backends, self.options = [str(target) for target in backends], options
        return Report()


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, pretend) -> Selftest:
    """For the selftest; environments are not built."""
    made = Selftest()
    monkeypatch.setattr(package, "selftest", made)
    monkeypatch.setattr(envs, "create", lambda backend: None)
    return made


def test_all_faults_on_all_backends_unless_told_otherwise(zoo, stand_in) -> None:
    """The exit code is the report's."""
    result = zoo("selftest")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert stand_in.backends == ["pretend:eager"]
    assert (stand_in.options["faults"], stand_in.options["clean"]) == (None, 125)
    zoo("selftest", "--only", "one", "--only", "two", "--clean", 3, "--dtype", "float32")
    assert stand_in.options["faults"] == ("one", "two")
    assert (stand_in.options["clean"], stand_in.options["dtype"]) == (3, "float32")


def test_json_on_standard_output_stands_alone(zoo, stand_in) -> None:
    """Nothing else is printed."""
    assert json.loads(zoo("selftest", "--json").stdout) == {"passed": False}


def test_the_help_says_what_a_comparison_is(zoo) -> None:
    """A count of comparisons means nothing without it."""
    text = " ".join(zoo("selftest", "--help").stdout.split())
    assert "one model on one backend is one clean comparison, of all its tensors" in text
