"""Interpreters of backends are looked for once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zoo import envs, plugins
from zoo.backend import Backend
from zoo.errors import BackendUnavailable
from zoo.worker.interpreters import Interpreters


def test_neither_a_python_nor_its_lack_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that could not be built would take minutes for each model."""
    asked: list[str] = []

    def found(backend: Backend, _given: object) -> Path:
        asked.append(backend.name)
        if backend.name == "jax":
            raise BackendUnavailable("jax", "no wheel", "wait for one")
        return Path(sys.executable)

    monkeypatch.setattr(envs, "interpreter_for", found)
    interpreters = Interpreters(None)
    torch, jax = plugins.backend("torch"), plugins.backend("jax")
    for _ in range(2):
        assert interpreters.of(torch) == Path(sys.executable)
        with pytest.raises(BackendUnavailable, match="no wheel"):
            interpreters.of(jax)
    assert asked == ["torch", "jax"]
