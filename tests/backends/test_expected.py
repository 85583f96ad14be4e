"""What a backend refuses or works around is written down with its reason, and still true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.backends.refusals import REFUSALS
from tests.conformance.cases import CASES
from zoo import plugins
from zoo.emit import emit
from zoo.errors import UnsupportedError

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.9 and 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2] / "backends"
BACKENDS = sorted(plugins.backends())


def adapter(backend: str) -> Path:
    """The folder of the adapter, which several backends may share."""
    return ROOT / plugins.backend(backend).package.partition("_")[2]


def expected(backend: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((adapter(backend) / "expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_refused_is_what_is_expected(backend: str) -> None:
    """Strict both ways: no refusal without an entry, no entry without a refusal."""
    listed = {entry["case"] for entry in expected(backend).get("refused", [])}
    refused = set()
    for name, spec in {**CASES, **REFUSALS}.items():
        try:
            emit(spec, backend)
        except UnsupportedError:
            refused.add(name)
    assert refused == listed


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_entry_has_a_reason_and_a_place_that_exists(backend: str) -> None:
    """A place is named by a file of the adapter; a test that shows the fault exists by its name."""
    entries = expected(backend)
    assert set(entries) <= {"refused", "worked_around"}
    folder = adapter(backend)
    source = (folder / "src" / f"zoo_{folder.name}").glob("*.py")
    files = {path.name: path.read_text(encoding="utf-8") for path in source}
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.glob("tests/*.py"))
    for entry in entries.get("worked_around", []):
        assert set(entry) <= {"what", "reason", "where", "test"}
        assert len(entry["reason"]) > 20
        (file,) = (name for name in files if name in entry["where"])
        name = entry["where"].split()[0]
        assert name in files[file] or name == "the", entry["where"]
        assert f"def {entry['test']}(" in tests if "test" in entry else True


def test_a_refusal_names_the_layer_and_a_way_out() -> None:
    """All findings at once, before anything is emitted."""
    with pytest.raises(UnsupportedError, match=r"transpose1: .*6 axes") as caught:
        emit(REFUSALS["more_than_six_axes"], "mxnet")
    assert len(caught.value.findings) == 1
    assert "reshape" in caught.value.findings[0]
