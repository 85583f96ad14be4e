"""Interpreters are found by what they answer, not by what they are called."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment

from zoo.envs import interpreters

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH and pyenv, and no interpreter of our own."""
    monkeypatch.setattr(sys, "executable", "")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def pretend(path: Path, version: str, *, venvs: bool = True) -> None:
    """A program that answers as a Python of that version would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = (
        f'{{"makes_venvs": {str(venvs).lower()}, "platform": "p", '
        f'"markers": {{"python_full_version": "{version}", "implementation_name": "cpython"}}}}'
    )
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)


def test_the_answer_is_that_of_the_interpreter() -> None:
    """The markers are the ones that pip would use there."""
    found = interpreters.ask(Path(sys.executable))
    assert found.markers == dict(default_environment())
    assert found.satisfies(f"=={HERE}.*")
    assert found.tag.startswith(f"{sys.implementation.name}-{HERE}-")


def test_the_current_interpreter_comes_first() -> None:
    assert interpreters.find(">=3").path == Path(sys.executable)


def test_the_newest_that_fits_is_taken_from_the_path(elsewhere: Path) -> None:
    pretend(elsewhere / "bin" / "python3.9", "3.9.1")
    pretend(elsewhere / "bin" / "python3.11", "3.11.4")
    pretend(elsewhere / "bin" / "python3.12", "3.12.0")
    assert interpreters.find(">=3.8,<3.12").version == "3.11.4"


def test_a_shim_that_does_not_run_is_passed_over_for_pyenv(elsewhere: Path) -> None:
    """pyenv puts a python3.11 on PATH even if the version is not switched on."""
    shim = elsewhere / "bin" / "python3.11"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.11: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    pretend(elsewhere / "pyenv" / "versions" / "3.11.7" / "bin" / "python", "3.11.7")
    assert interpreters.find("<3.12").version == "3.11.7"


def test_one_that_makes_venvs_is_preferred(elsewhere: Path) -> None:
    """Debian's own Python may lack ensurepip while an older one beside it has it."""
    pretend(elsewhere / "bin" / "python3.11", "3.11.2", venvs=False)
    assert interpreters.find("<3.12").version == "3.11.2"
    pretend(elsewhere / "bin" / "python3.10", "3.10.2")
    assert interpreters.find("<3.12").version == "3.10.2"


def test_a_name_that_lies_about_its_version_is_not_believed(elsewhere: Path) -> None:
    pretend(elsewhere / "bin" / "python3.11", "3.13.0")
    with pytest.raises(interpreters.UnusableError, match=r"<3\.12, .* only have 3\.13\.0"):
        interpreters.find("<3.12")


def test_with_nothing_at_all_the_message_says_so(elsewhere: Path) -> None:
    with pytest.raises(interpreters.UnusableError, match="none that runs"):
        interpreters.find(">=3.9")


def test_versions_are_of_the_imported_modules() -> None:
    """The parent's own Python knows json; nobody knows the other."""
    seen, absent = interpreters.versions(Path(sys.executable), ["json", "no_such_module"])
    assert seen == {"json": "2.0.9"}
    assert absent == ("no_such_module",)


def test_an_interpreter_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\nexec sleep 600\n")
    path.chmod(0o755)
    monkeypatch.setattr(interpreters, "_IMPORT_LIMIT", 0.2)
    with pytest.raises(interpreters.UnusableError, match=r"no answer within 0\.2 s"):
        interpreters.versions(path, [])


def test_a_kill_is_said_to_be_for_memory() -> None:
    assert interpreters.how_it_ended(-9) == "was ended by SIGKILL, probably out of memory"
    assert interpreters.how_it_ended(-200) == "was ended by signal 200"


def test_our_import_path_is_kept_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/ours")
    monkeypatch.setenv("KEPT", "1")
    env = interpreters.environment()
    assert "PYTHONPATH" not in env
    assert env["KEPT"] == os.environ["KEPT"]
