"""XLA works less hard here than for users, whose programs tests/conformance asks."""

from __future__ import annotations

import pytest

from tests.conformance.conftest import LESS_EFFORT


@pytest.fixture(autouse=True)
def less_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the time; XLA reads it before it compiles the first program."""
    monkeypatch.setenv("XLA_FLAGS", LESS_EFFORT)
