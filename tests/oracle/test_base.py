"""What an op is given and returns by default."""

from __future__ import annotations

import pytest

from zoo.oracle.base import Given, Gradient, Result


def test_defaults_are_empty_and_cannot_be_filled() -> None:
    """A shared default that an op could write to would leak between calls."""
    for default in (Given([]).states, Given([]).masks, Gradient([]).parameters):
        assert dict(default) == {}
        with pytest.raises(TypeError):
            default["name"] = 0  # type: ignore[index]
    assert not Given([]).training
    assert dict(Result(None).statistics) == {}  # type: ignore[arg-type]
