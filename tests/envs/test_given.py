"""The user's own interpreter is questioned itself, and what it lacks is said with its own pip."""

from __future__ import annotations

import shlex
import sys
import venv
from pathlib import Path

import pytest
from attrs import evolve

from zoo import envs
from zoo.backend import Backend
from zoo.envs import given
from zoo.errors import BackendUnavailable


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The Python of a bare virtual environment, and the place to put modules into it."""
    given._absent.cache_clear()
    venv.create(tmp_path / "own", symlinks=True)
    return tmp_path / "own" / "bin" / "python"


def put(python: Path, **modules: str) -> None:
    (site,) = python.parents[1].glob("lib/*/site-packages")
    for name, source in modules.items():
        (site / f"{name}.py").write_text(source)


def refusal(backend: Backend, python: str | Path) -> BackendUnavailable:
    with pytest.raises(BackendUnavailable) as caught:
        envs.interpreter_for(backend, {"fake": python})
    assert type(caught.value) is BackendUnavailable
    return caught.value


def test_one_that_has_everything_is_taken_as_given(fake: Backend, own: Path) -> None:
    """The link of a virtual environment is kept: behind it is a Python without the packages."""
    put(own, numpy="", safetensors="", fakeframe="print('noise on standard output')")
    assert envs.interpreter_for(fake, {"fake": str(own)}) == own
    assert own.is_symlink()


def test_one_that_lacks_the_framework_is_told_the_whole_pip_command(
    fake: Backend, own: Path
) -> None:
    put(own, numpy="", safetensors="")
    error = refusal(fake, own)
    assert error.reason == f"{own} has no fakeframe"
    pins = ["fakeframe==1.2", "numpy==0.1", "safetensors"]
    assert shlex.split(error.mend) == [str(own), "-m", "pip", "install", *pins]


def test_one_that_has_its_own_framework_keeps_its_version(fake: Backend, own: Path) -> None:
    """Only what is absent is installed, or the command would replace the user's framework."""
    put(own, numpy="", fakeframe="")
    error = refusal(fake, own)
    assert error.reason == f"{own} has no safetensors"
    assert shlex.split(error.mend) == [str(own), "-m", "pip", "install", "safetensors"]


def test_a_framework_that_does_not_import_is_told_the_pins(fake: Backend, own: Path) -> None:
    """Such as MXNet beside NumPy 2: present, and yet not importable."""
    put(own, numpy="", safetensors="", fakeframe="raise AttributeError('numpy has no bool')")
    error = refusal(fake, own)
    assert "numpy has no bool" in error.reason
    assert "fakeframe==1.2 numpy==0.1" in error.mend


def test_what_the_parent_can_import_does_not_count(
    fake: Backend, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither our PYTHONPATH nor the current folder is searched."""
    site = own.parent / "elsewhere"
    site.mkdir()
    for name in ("numpy", "safetensors", "fakeframe"):
        (site / f"{name}.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.chdir(site)
    assert refusal(fake, own).reason == f"{own} has no numpy, safetensors, fakeframe"


def test_a_folder_without_code_is_no_framework(fake: Backend, own: Path) -> None:
    """Python would import it as a namespace package."""
    put(own, numpy="", safetensors="")
    (site,) = own.parents[1].glob("lib/*/site-packages")
    (site / "fakeframe").mkdir()
    assert refusal(fake, own).reason == f"{own} has no fakeframe"


def test_a_python_for_which_there_is_no_pin_is_not_sent_to_pip(fake: Backend, own: Path) -> None:
    """pip could not install the framework there; another Python can."""
    error = refusal(evolve(fake, python="<3.2"), own)
    assert "pip" not in error.mend
    assert "<3.2" in error.mend


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "cannot be started: No such file"),
        ("#!/bin/sh\nexit 3\n", "failed with exit status 3"),
        ("#!/bin/sh\necho hello\n", "does not answer as Python"),
        ("#!/bin/sh\nkill -SEGV $$\n", "was ended by SIGSEGV"),
    ],
)
def test_one_that_is_no_python_is_refused_with_the_option_named(
    fake: Backend, tmp_path: Path, script: str | None, reason: str
) -> None:
    path = tmp_path / "not-python"
    if script is not None:
        path.write_text(script)
        path.chmod(0o755)
    error = refusal(fake, path)
    assert reason in error.reason
    assert "--python fake=PATH" in error.mend


def test_a_name_on_the_path_serves_as_well(
    fake: Backend, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own, numpy="", safetensors="", fakeframe="")
    monkeypatch.setenv("PATH", str(own.parent))
    assert envs.interpreter_for(fake, {"fake": "python"}) == own


def test_overrides_of_other_backends_are_not_used(fake: Backend, home: Path) -> None:
    """Then the managed environment is asked for, which cannot be built for this Python."""
    with pytest.raises(BackendUnavailable, match="needs Python <3"):
        envs.interpreter_for(evolve(fake, python="<3"), {"torch": sys.executable})
