"""MODEL is a name with a preset and changes, or a file; everything else is one clear error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zoo.errors import SpecError, UsageError
from zoo.modelargs import load, parse_changes
from zoo.models import registry


def test_a_name_takes_a_preset_and_changes() -> None:
    """The same as building it from the registry."""
    changes = parse_changes(["classes=4", "hidden=9,8", "drop_rate=0.25"])
    expected = registry.build("mlp", "tiny", classes=4, hidden=(9, 8), drop_rate=0.25)
    assert load("mlp", "tiny", changes) == expected


@pytest.mark.parametrize("text", ["hidden=9", "hidden=9,"])
def test_one_number_does_for_a_tuple(text: str) -> None:
    """With or without a comma behind it."""
    assert load("mlp", "tiny", parse_changes([text])) == registry.build("mlp", "tiny", hidden=(9,))


@pytest.mark.parametrize("word", ["classes", "=4", "classes=", "classes=a", "hidden=1,x", "a=1,,2"])
def test_a_change_of_another_form_is_refused(word: str) -> None:
    """The message has the form that is wanted."""
    with pytest.raises(UsageError, match="--set"):
        parse_changes([word])


def test_a_number_of_thousands_of_digits_does_not_flood_the_message() -> None:
    """Python refuses to convert it; a float of it is infinite, which no model takes."""
    with pytest.raises((UsageError, SpecError)) as caught:
        load("mlp", None, parse_changes(["classes=" + "9" * 5000]))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["name", "preset", "clases"])
def test_an_unknown_argument_names_the_nearest(name: str) -> None:
    """Words that mean something to the registry's own function are no arguments of a model."""
    with pytest.raises(UsageError, match=f"mlp has no argument {name}; (did you mean|known)"):
        load("mlp", None, {name: 1})


def test_a_value_that_makes_no_model_is_an_error_of_the_specification() -> None:
    """A drop rate that is not a number never reaches a layer."""
    with pytest.raises(SpecError, match="drop_rate"):
        load("mlp", "tiny", parse_changes(["drop_rate=nan"]))


def test_a_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    """A name that ends in .json, or any path with a folder in it."""
    spec = registry.build("mlp", "tiny")
    for name in ("model.json", "model"):
        (tmp_path / name).write_text(spec.to_json())
        assert load(str(tmp_path / name)) == spec


def test_a_file_takes_neither_preset_nor_changes(tmp_path: Path) -> None:
    """It is a finished specification."""
    file = tmp_path / "m.json"
    file.write_text(registry.build("mlp", "tiny").to_json())
    for preset, changes in (("tiny", {}), (None, {"classes": 3})):
        with pytest.raises(UsageError, match="finished specification"):
            load(str(file), preset, changes)


def test_a_file_that_cannot_be_read_is_bad_usage(tmp_path: Path) -> None:
    """A file that is not there, and a folder."""
    (tmp_path / "folder.json").mkdir()
    for name in ("none.json", "folder.json"):
        with pytest.raises(UsageError, match=re.escape(f"cannot read {tmp_path / name}: ")):
            load(str(tmp_path / name))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_file_with_something_else_is_one_error_with_its_path(tmp_path: Path, data: bytes) -> None:
    """Truncated, foreign, deeply nested or not even text."""
    file = tmp_path / "bad.json"
    file.write_bytes(data)
    with pytest.raises(SpecError, match=re.escape(str(file))):
        load(str(file))


def test_an_endless_file_is_read_up_to_the_limit_alone() -> None:
    """A device that never ends neither hangs nor fills the memory."""
    with pytest.raises(SpecError):
        load("/dev/zero")
