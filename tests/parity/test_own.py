"""What is refused before somebody's own object is run."""

from __future__ import annotations

import os
from typing import Any

import pytest

from zoo.errors import UsageError
from zoo.models import registry
from zoo.parity import own
from zoo.parity.own import check

SPEC = registry.build("mlp", "tiny", drop_rate=0.0)


def test_an_object_is_of_one_backend() -> None:
    """One line that says what was given."""
    with pytest.raises(UsageError, match="is of one backend, got 'torch,jax'"):
        check(SPEC, object(), "torch,jax")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"batch": 1}, "mlp: batch must be 2 or more"),
        ({"steps": 0}, "steps must be a whole number from 1 to 10000, got 0"),
        ({"dtype": "half"}, "dtype must be"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, Any], complaint: str) -> None:
    """As `zoo.parity` refuses them, before the framework is imported."""
    with pytest.raises(UsageError, match=complaint):
        check(SPEC, object(), "torch", **options)


def test_it_runs_on_the_cores_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker does; a machine may have others."""
    seen: list[int] = []

    class Stop(Exception):
        pass

    def local(_runtime: str, _model: Any, _names: Any, threads: int) -> None:
        seen.append(threads)
        raise Stop

    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2}, raising=False)
    monkeypatch.setattr(own, "runtime_of", lambda backend: None)
    monkeypatch.setattr(own, "Local", local)
    with pytest.raises(Stop):
        check(SPEC, object(), "torch")
    assert seen == [3]
