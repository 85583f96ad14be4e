"""Options of the whole suite, the header that says what is under test, and fake backends."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Callable

import numpy as np
import pytest

from zoo.target import Target

FAKES = Path(__file__).parent / "fakes"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        help="the backend that tests/conformance puts its questions to; obligatory there",
    )


def pytest_configure(config: pytest.Config) -> None:
    """A shell ignores Ctrl-C for what it starts in the background, and tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header(config: pytest.Config) -> list[str]:
    settings = {key: value for key, value in os.environ.items() if key.startswith("ZOO_")}
    backend = config.getoption("--backend") or "none"
    return [
        f"backend: {backend}, numpy {np.__version__}, python {sys.version.split()[0]}, {settings}"
    ]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Target]:
    """The fake backend of a name, as if its distribution were installed."""

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
