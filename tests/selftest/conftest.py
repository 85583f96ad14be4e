"""A backend that is the oracle, as if its distribution were installed."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Callable

import pytest

from zoo.selftest import SelftestReport
from zoo.selftest.run import selftest
from zoo.target import Target

MIRROR = Path(__file__).parents[1] / "fakes" / "mirror" / "src"


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Target:
    metadata = tmp_path / "parityzoo_mirror-0.1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: parityzoo-mirror\nVersion: 0.1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(MIRROR)
    from zoo_mirror import backend

    return Target(backend(), "eager")


@pytest.fixture
def judged(target: Target) -> Callable[..., SelftestReport]:
    """A selftest of that backend."""
    return partial(selftest, [target], python={"mirror": sys.executable})
