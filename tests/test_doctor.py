"""The doctor believes nothing but an import, and always has a mend."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zoo import doctor, envs
from zoo.backend import Backend
from zoo.envs import folders

HERE = f"=={sys.version_info[0]}.{sys.version_info[1]}.*"


def make_backend(module: str, python: str = HERE) -> Backend:
    return Backend(
        name="probe",
        framework="Probe",
        module=module,
        package="zoo_probe",
        distribution="parityzoo",
        modes=("eager",),
        python=python,
    )


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZOO_HOME", str(tmp_path))
    return tmp_path


def build(backend: Backend) -> Path:
    """An environment whose Python is the one that runs the tests."""
    folder = envs.path(backend)
    (folder / "bin").mkdir(parents=True)
    launcher = folder / "bin" / "python"
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    launcher.chmod(0o755)
    folders.mark_ready(folder, {"versions": {"json": "as built"}})
    return launcher


def test_a_missing_environment_is_mended_by_building_it() -> None:
    """Nothing is started for it."""
    found = doctor.examine(make_backend("json"))
    assert (found.state, found.can_run) == ("not built", False)
    assert found.mend == "zoo env create probe"


def test_no_python_that_satisfies_the_backend_is_told() -> None:
    """The reason has the versions that were found."""
    found = doctor.examine(make_backend("json", "==3.9.0.dev0"))
    assert (found.state, found.can_run) == ("impossible", False)
    assert "--python probe=PATH" in found.mend


def test_a_ready_environment_is_proven_by_importing() -> None:
    """A glance repeats what was seen when it was built; an examination asks again."""
    backend = make_backend("json")
    launcher = build(backend)
    glance, found = doctor.glance(backend), doctor.examine(backend)
    assert (glance.state, glance.versions) == ("ready", {"json": "as built"})
    assert (found.state, found.can_run, found.interpreter) == ("ready", True, launcher)
    assert set(found.versions) == {"numpy", "safetensors", "json"}


@pytest.mark.parametrize("script", ["exit 7", "kill -SEGV $$", 'exec @ "$@"'])
def test_a_ruined_environment_is_mended_by_building_it_again(script: str) -> None:
    """Its Python fails, crashes, or no longer has the framework."""
    backend = make_backend("no_such_framework")
    build(backend).write_text("#!/bin/sh\n" + script.replace("@", sys.executable))
    found = doctor.examine(backend)
    assert (found.state, found.can_run) == ("broken", False)
    assert found.mend == "zoo env remove probe && zoo env create probe"


def test_a_given_interpreter_that_is_none_is_broken() -> None:
    """The mend is to give another."""
    found = doctor.examine(make_backend("json"), {"probe": "/no/such/python"})
    assert (found.state, found.can_run) == ("broken", False)
    assert "/no/such/python" in found.reason
    assert "--python probe=PATH" in found.mend


def test_the_json_of_a_checkup_is_plain() -> None:
    """Paths are text, and what can run is said."""
    data = doctor.Checkup("probe", "given", Path("/p")).to_json()
    assert data == {
        "name": "probe", "state": "given", "interpreter": "/p", "versions": {}, "reason": "",
        "mend": "", "can_run": True,
    }  # fmt: skip
