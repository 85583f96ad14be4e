"""Execution profiles are data, and say something of every backend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoo import plugins
from zoo.bench import profile
from zoo.errors import UsageError
from zoo.target import Target


def test_every_mode_of_our_backends_says_what_it_compiles():
    """No mode is left out, and none is described that is not there."""
    modes = {f"{each.name}:{mode}" for each in plugins.backends().values() for mode in each.modes}
    text = Path(profile.__file__).with_name("profiles.json").read_text()
    assert set(json.loads(text)["compiled"]) == modes


@pytest.mark.parametrize("name", profile.names())
def test_a_declared_profile_is_plain_data_with_its_name(name):
    """It can stand in a record."""
    backend = plugins.backend("torch")
    declared = profile.profile(name).declared(Target(backend, "eager"))
    assert json.loads(json.dumps(declared)) == declared
    assert declared["name"] == name
    assert declared["compiled"].startswith("nothing")
    assert declared["says"].endswith(".")


def test_a_profile_changes_the_default():
    """What it does not name stays."""
    default, kept = profile.profile("default"), profile.profile("kept")
    assert kept.tuning == default.tuning
    assert kept.variables == {
        **default.variables,
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "1073741824",
        "MALLOC_TRIM_THRESHOLD_": "1073741824",
    }
    assert profile.profile("denormals").tuning == {**default.tuning, "flush_denormals": False}


def test_an_unknown_profile_is_refused_with_the_nearest():
    """The message says what there is."""
    with pytest.raises(UsageError, match="no execution profile 'pasive'; did you mean passive"):
        profile.profile("pasive")
