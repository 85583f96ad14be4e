"""What is emitted is what was reviewed, and what is refused is what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import MODELS

import zoo
from zoo.errors import UnsupportedError

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.9 and 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
REFUSED = tomllib.loads((ROOT / "expected.toml").read_text(encoding="utf-8"))["refused"]


@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "golden").glob("*.py")])
def test_golden_files_are_what_is_emitted(name: str) -> None:
    """A change of an emitted source is a diff that somebody reviews."""
    text = (ROOT / "golden" / f"{name}.py").read_text(encoding="utf-8")
    assert zoo.emit(MODELS[name], "tiny") == text


def test_what_is_refused_is_what_is_expected() -> None:
    """Strict both ways: no refusal without an entry, no entry without a refusal."""
    refused = set()
    for name, spec in MODELS.items():
        try:
            zoo.emit(spec, "tiny")
        except UnsupportedError:
            refused.add(name)
    assert refused == {entry["case"] for entry in REFUSED}


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("residual", "add1: it has no add; known: dense, flatten, relu, sigmoid, tanh"),
        ("sequence", "dense1: a dense layer takes vectors, not .*; put a flatten before"),
    ],
)
def test_a_refusal_names_the_layer_and_a_way_out(name: str, finding: str) -> None:
    """Nothing is emitted then."""
    with pytest.raises(UnsupportedError, match=finding):
        zoo.emit(MODELS[name], "tiny")
