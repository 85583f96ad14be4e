"""`zoo env` lists, creates, removes and finds environments."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from zoo import envs
from zoo.envs import folders
from zoo.plugins import backend

from .conftest import lines


@pytest.fixture
def built(zoo, pretend) -> Path:
    """An environment of `pretend` that looks ready, and one that was interrupted."""
    folder = envs.path(backend("pretend"))
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    facts = {"python": "3.11.7", "versions": {"pretendframe": "3.2.1"}, "pins": ["pretendframe"]}
    folders.mark_ready(folder, facts)
    (folder.parent / "other-0123456789").mkdir()
    return folder


def test_environments_are_listed_with_their_state(zoo, built) -> None:
    """A ready one, and one whose building was interrupted."""
    header, *rows = lines(zoo("env", "list").stdout)
    assert header.split() == ["environment", "state", "Python", "versions", "path"]
    assert rows[0].split() == [
        "other-0123456789",
        "half",
        "built",
        str(built.parent / rows[0].split()[0]),
    ]
    assert rows[1].split() == [built.name, "ready", "3.11.7", "pretendframe", "3.2.1", str(built)]


def test_environments_as_json_have_pins_and_path(zoo, built) -> None:
    """`name` is the folder's name, which `zoo env remove` takes."""
    other, found = json.loads(zoo("env", "list", "--json").stdout)
    assert other["state"] == "half built"
    assert found == {
        "name": built.name,
        "backend": "pretend",
        "state": "ready",
        "path": str(built),
        "python": "3.11.7",
        "versions": {"pretendframe": "3.2.1"},
        "pins": ["pretendframe"],
    }


def test_an_environment_of_other_pins_is_outdated(zoo, built) -> None:
    """It is kept, since another version of the adapter may want it, but told apart."""
    built.rename(built.parent / "pretend-ffffffffff")
    found = json.loads(zoo("env", "list", "--json").stdout)
    assert {each["name"]: each["state"] for each in found} == {
        "other-0123456789": "half built",
        "pretend-ffffffffff": "outdated",
    }


def test_no_environments_is_said_apart_from_the_list(zoo, pretend) -> None:
    """Standard output stays empty, and JSON is an empty list."""
    result = zoo("env", "list")
    assert result.stdout == ""
    assert "zoo env create" in result.stderr
    assert zoo("env", "list", "--json").stdout == "[]\n"


def test_path_is_the_folder_that_is_or_would_be(zoo, built) -> None:
    """One line, for use in a shell."""
    assert zoo("env", "path", "pretend").stdout == f"{built}\n"


def test_remove_says_what_it_removed(zoo, built) -> None:
    """By the backend's name; once more is an error with the nearest names."""
    assert zoo("env", "remove", "pretend").stdout == f"removed {built}\n"
    assert not built.exists()
    again = zoo("env", "remove", "othr-0123456789")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr.startswith("zoo: no environment 'othr-0123456789': did you mean other")


def test_create_builds_each_backend_once(zoo, pretend, monkeypatch) -> None:
    """`all` and names may be mixed; the folder of each is printed."""
    monkeypatch.setattr(envs, "create", lambda each: SimpleNamespace(folder=f"/envs/{each.name}"))
    assert zoo("env", "create", "pretend", "all").stdout == "/envs/pretend\n"
