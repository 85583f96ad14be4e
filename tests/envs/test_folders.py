"""What is on disk decides what is ready, listed and removed."""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path

import pytest

from zoo import envs
from zoo.envs import folders
from zoo.errors import UsageError


def make(name: str, *, ready: bool = True) -> Path:
    folder = folders.root() / name
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    if ready:
        folders.mark_ready(folder, {"pins": ["x==1"]})
    return folder


def test_the_root_follows_zoo_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the user's cache folder is used, as the platform places it."""
    assert envs.root() == home / "envs"
    monkeypatch.delenv("ZOO_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert envs.root().name == "envs"
    assert "parityzoo" in envs.root().parts


def test_the_listing_has_half_built_ones_too_and_no_stray_files(home: Path) -> None:
    """Lock and log files beside the folders, and folders of others, are not environments."""
    assert envs.environments() == ()
    make("torch-0123456789")
    make("keras-jax-abcdef0123", ready=False)
    (home / "envs" / "torch-0123456789.log").write_text("")
    (home / "envs" / "notes").mkdir()
    found = envs.environments()
    assert [(each.backend, each.ready) for each in found] == [("keras-jax", False), ("torch", True)]
    assert found[1].facts == {"pins": ["x==1"]}


def test_an_environment_whose_python_is_gone_is_not_ready(home: Path) -> None:
    """Uninstalling the Python that a virtual environment was made from leaves a dangling link."""
    folder = make("torch-0123456789")
    folders.read(folder).python.unlink()
    folders.read(folder).python.symlink_to("/no/such/python")
    assert not folders.read(folder).ready


def test_remove_takes_all_of_a_backend_or_one_folder(home: Path) -> None:
    """Outdated ones go with the backend; the logs go with their folders."""
    first, second = make("torch-0123456789"), make("torch-1111111111", ready=False)
    other = make("torch-tpu-2222222222")
    folders.log_of(first).write_text("")
    assert envs.remove("torch") == (first, second)
    assert not first.exists()
    assert not second.exists()
    assert not folders.log_of(first).exists()
    assert envs.remove(other.name) == (other,)
    assert envs.environments() == ()


def test_removing_what_is_not_there_names_the_nearest(home: Path) -> None:
    with pytest.raises(UsageError, match="has none"):
        envs.remove("torch")
    make("torch-0123456789")
    with pytest.raises(UsageError, match=r"no environment 'trch': did you mean torch"):
        envs.remove("trch")


def test_a_wipe_that_is_interrupted_leaves_no_ready_ruin(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """READY is the first to go."""
    folder = make("torch-0123456789")
    monkeypatch.setattr(
        folders.shutil, "rmtree", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        folders.wipe(folder)
    assert not folders.read(folder).ready


def hold(folder: Path, held: object, release: object) -> None:
    with folders.lock(folder):
        held.set()  # type: ignore[attr-defined]
        release.wait(60)  # type: ignore[attr-defined]


def test_the_lock_is_waited_for_and_the_wait_is_said(home: Path) -> None:
    """Another process holds it; we say so, and get it once that process lets go."""
    context = multiprocessing.get_context("fork")
    held, release = context.Event(), context.Event()
    folder = folders.root() / "torch-0123456789"
    other = context.Process(target=hold, args=(folder, held, release))
    other.start()
    assert held.wait(60)
    said: list[str] = []

    def waiting(line: str) -> None:
        said.append(line)
        release.set()

    with folders.lock(folder, waiting):
        other.join(60)
    assert len(said) == 1
    assert folder.name in said[0]
    assert other.exitcode == 0


def test_ready_is_never_half_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If writing fails, the name READY does not exist at all."""
    folder = make("torch-0123456789", ready=False)
    monkeypatch.setattr(json, "dumps", lambda *_, **__: "{")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        folders.mark_ready(folder, {})
    assert not (folder / "READY").exists()
