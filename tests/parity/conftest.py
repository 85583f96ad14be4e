"""Fake backends, as if their distributions were installed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Callable

import pytest

from zoo.plugins import Target

FAKES = Path(__file__).parents[1] / "fakes"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Target]:
    """The fake backend of a name."""

    def install(name: str) -> Target:
        metadata = tmp_path / "site" / f"parityzoo_{name}-0.1.0.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: parityzoo-{name}", "Version: 0.1.0"]
        lines += [f"Requires-Dist: {need}; extra == 'run'" for need in ("numpy", "safetensors")]
        metadata.write_text("\n".join(lines) + "\n", encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path / "site")
        monkeypatch.syspath_prepend(FAKES / name / "src")
        return Target(import_module(f"zoo_{name}").backend(), "eager")

    return install


@pytest.fixture
def mirror(installed: Callable[[str], Target]) -> Target:
    """The oracle as a backend; it has the faults that are planted in it alone."""
    return installed("mirror")
