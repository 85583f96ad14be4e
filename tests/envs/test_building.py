"""Environments are built by real pip, from wheels of a few bytes, without network.

Where making one matters it is made by real venv, otherwise copied from one that was.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Callable

import pytest
from attrs import evolve
from rich.console import Console

from zoo import envs
from zoo.backend import Backend
from zoo.envs import building, folders, interpreters
from zoo.errors import BackendUnavailable, SetupError

CHILD = """
import sys
sys.path[:0] = {paths!r}
from conftest import make_backend
from zoo import envs
print(envs.create(make_backend()).python)
"""


def child(wheels: Path) -> subprocess.Popen[str]:
    """Another zoo that creates the same environment, its messages readable on standard error."""
    here = Path(__file__)
    paths = [str(here.parent), str(here.parents[2]), str(wheels.parent / "site")]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(paths=paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_create_builds_once_and_then_finds_it(
    fake: Backend, wheels: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """READY records the pins and the versions seen by importing; a second call builds nothing."""
    made = envs.create(fake, console=screen)
    assert made.ready
    assert made.folder == envs.path(fake)
    assert made.facts["pins"] == ["fakeframe==1.2", "numpy==0.1", "safetensors"]
    assert made.facts["versions"] == {"fakeframe": "1.2", "numpy": "0.1", "safetensors": "0.7"}
    said = written(screen)
    assert said.endswith("once: fakeframe==1.2, numpy==0.1, safetensors\n")
    assert said.count("\n") == 1
    assert json.loads((made.folder / "READY").read_text()) == made.facts
    assert made.facts["python"] == ".".join(map(str, sys.version_info[:3]))
    monkeypatch.setattr(building, "_build", lambda *_: pytest.fail("built twice"))
    assert envs.create(fake, console=screen) == made
    assert written(screen) == said


def test_a_half_built_folder_is_built_anew(quick: Backend, wheels: Path, screen: Console) -> None:
    """Without READY nothing in the folder is trusted, not even what looks complete."""
    folder = envs.path(quick)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("half a file")
    (folder / "leftover").write_text("")
    made = envs.create(quick, console=screen)
    assert made.ready
    assert not (folder / "leftover").exists()


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_ready_file_is_not_ready(fake: Backend, home: Path, damage: str) -> None:
    """A disk that filled up while READY was written leaves no ready environment."""
    folder = envs.path(fake)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "READY").write_text(damage)
    assert not folders.read(folder).ready


@pytest.mark.parametrize("stage", ["venv", "pip"])
def test_a_build_killed_midway_is_built_anew(
    fake: Backend, wheels: Path, screen: Console, stage: str
) -> None:
    """After kill -9 the pip left behind keeps the lock to its end; then all is made again."""
    folder = envs.path(fake)
    log = folders.log_of(folder)
    victim = child(wheels)
    if stage == "venv":
        wait_for(folder.exists, victim)
    else:
        wait_for(lambda: log.exists() and "Looking in links" in log.read_text(), victim)
    victim.kill()
    assert victim.wait() == -signal.SIGKILL
    close_pipes(victim)
    assert not folders.read(folder).ready
    assert envs.create(fake, console=screen).ready
    assert "building the environment of fake" in written(screen)
    assert "Successfully installed" in log.read_text()


def test_a_killed_build_keeps_the_lock_until_its_child_has_ended(tmp_path: Path) -> None:
    """Otherwise the pip that it left behind would write into the next build."""
    folder, here = tmp_path / "envs" / "fake-0123456789", Path(__file__)
    code = (
        "import os, sys\n"
        f"sys.path.insert(0, {str(here.parents[2])!r})\n"
        "from pathlib import Path\n"
        "from zoo.envs import folders, installing\n"
        f"folder = Path({str(folder)!r})\n"
        "sleeper = [sys.executable, '-c', "
        "'import os, sys; print(os.getpid(), flush=True); sys.stdin.read(); "
        "import time; time.sleep(600)']\n"
        "with folders.lock(folder) as lock:\n"
        "    installing.run(sleeper, log=folder.with_suffix('.log'), env=dict(os.environ),\n"
        "                   show=lambda line: print(line, flush=True), keep_open=lock)\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    orphan = int(builder.stdout.readline())
    builder.kill()
    builder.wait()
    builder.stdout.close()

    def end_orphan(line: str) -> None:
        waited.append(line)
        os.kill(orphan, signal.SIGKILL)

    waited: list[str] = []
    with folders.lock(folder, end_orphan):
        assert len(waited) == 1


def test_two_at_once_build_one_environment(fake: Backend, wheels: Path) -> None:
    """The second waits, saying so, and then uses what the first built."""
    both = [child(wheels), child(wheels)]
    outputs = [each.communicate(timeout=120) for each in both]
    assert [each.returncode for each in both] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    said = "".join(error for _, error in outputs)
    assert said.count("building the environment of fake, once") == 1
    assert len(envs.environments()) == 1


def test_ctrl_c_leaves_the_lock_free_and_nothing_ready(
    quick: Backend, wheels: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KeyboardInterrupt passes through in the middle of pip, and the next call builds."""

    def show(line: str) -> None:
        if line.startswith("Looking in links"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(building, "progress", lambda *_: nullcontext(show))
        with pytest.raises(KeyboardInterrupt):
            envs.create(quick, console=screen)
    assert not folders.read(envs.path(quick)).ready
    assert envs.create(quick, console=screen).ready


def test_a_framework_that_cannot_be_imported_is_a_setup_error(
    quick: Backend, wheels: Path, screen: Console
) -> None:
    """pip succeeded, so only the import shows it; the error quotes the end of the traceback."""
    write_framework(wheels, "import no_such_library")
    with pytest.raises(SetupError, match="No module named 'no_such_library'") as caught:
        envs.create(quick, console=screen)
    assert caught.value.mend.endswith("zoo env create fake")
    assert not folders.read(envs.path(quick)).ready


def test_a_framework_that_crashes_on_import_is_a_setup_error(
    quick: Backend, wheels: Path, screen: Console
) -> None:
    """A segmentation fault is named as one."""
    write_framework(wheels, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(SetupError, match="was ended by SIGSEGV"):
        envs.create(quick, console=screen)


def test_pins_without_the_framework_are_a_setup_error(
    quick: Backend, wheels: Path, screen: Console
) -> None:
    with pytest.raises(SetupError, match="no otherframe"):
        envs.create(evolve(quick, module="otherframe"), console=screen)


def test_a_version_that_no_index_has_is_said_plainly(
    quick: Backend, home: Path, screen: Console
) -> None:
    """Real pip without an index: the requirement, the log and the command to retry are named."""
    with pytest.raises(SetupError, match=r"offers fakeframe==1\.2") as caught:
        envs.create(quick, console=screen)
    log = folders.log_of(envs.path(quick))
    assert str(log) in caught.value.reason
    assert "No matching distribution" in log.read_text()
    assert caught.value.mend.endswith("then run: zoo env create fake")


@pytest.mark.parametrize("retries", ["0", "1"])
def test_an_index_that_refuses_connections_is_no_network(
    quick: Backend, home: Path, screen: Console, monkeypatch: pytest.MonkeyPatch, retries: str
) -> None:
    """Real pip, a closed port: told apart from a version that does not exist."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_RETRIES", retries)
    with pytest.raises(SetupError, match=r"no network: .*\(Connection refused\)"):
        envs.create(quick, console=screen)


def test_a_full_disk_of_our_own_is_said_plainly(
    fake: Backend, home: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC may strike our own files before pip's."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "_build", full)
    with pytest.raises(SetupError, match=r"the disk is full \(free now: [\d,]+ MB in "):
        envs.create(fake, console=screen)


def test_a_home_that_cannot_be_written_says_so(fake: Backend, home: Path, screen: Console) -> None:
    home.write_text("a file where a folder should be")
    with pytest.raises(SetupError, match="ZOO_HOME"):
        envs.create(fake, console=screen)


def test_import_paths_and_pip_targets_of_the_user_do_not_leak_in(
    quick: Backend, wheels: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NumPy on PYTHONPATH must not satisfy the pin, nor may pip install elsewhere."""
    decoy = wheels.parent / "decoy"
    (decoy / "numpy-0.1.dist-info").mkdir(parents=True)
    (decoy / "numpy-0.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(decoy))
    monkeypatch.setenv("PIP_TARGET", str(wheels.parent / "elsewhere"))
    monkeypatch.setenv("PIP_USER", "1")
    made = envs.create(quick, console=screen)
    assert made.facts["versions"]["numpy"] == "0.1"
    assert list(made.folder.glob("lib/*/site-packages/numpy"))


def test_build_constraints_reach_pip_beside_the_users_own(
    fake: Backend, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As addresses, because pip splits the setting at spaces and a path may hold some."""
    monkeypatch.setenv("ZOO_HOME", str(home / "with a space"))
    monkeypatch.setenv("PIP_CONSTRAINT", "mine.txt")
    plan = building._plan(evolve(fake, build_constraints=("setuptools<81",)))
    plan.folder.parent.mkdir(parents=True)
    env = building._pip_environment(plan)
    mine, ours = env["PIP_CONSTRAINT"].split(" ")
    assert mine == "mine.txt"
    assert ours.startswith("file:///")
    assert env["PIP_BUILD_CONSTRAINT"] == ours
    assert plan.folder.with_suffix(".constraints").read_text() == "setuptools<81\n"


def test_the_folder_depends_on_all_that_decides_its_contents(
    fake: Backend, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pins, constraints and the Python's version and platform; nothing else."""
    first = envs.path(fake)
    assert first.name.startswith("fake-")
    assert envs.path(evolve(fake, modes=("other",))) == first
    others = {first, envs.path(evolve(fake, build_constraints=("x<1",)))}
    with monkeypatch.context() as patch:
        patch.setattr(Backend, "pins", lambda *_: ("fakeframe==1.3",))
        others.add(envs.path(fake))
    found = interpreters.find(fake.python)
    with monkeypatch.context() as patch:
        patch.setattr(interpreters, "find", lambda _: evolve(found, platform="other-cpu"))
        others.add(envs.path(fake))
    assert len(others) == 4


def test_a_backend_without_a_fitting_python_is_unavailable(home: Path, fake: Backend) -> None:
    """The reason has what is needed and what there is; the mend has the way out."""
    with pytest.raises(BackendUnavailable, match=r"needs Python >=4") as caught:
        envs.create(evolve(fake, python=">=4"))
    assert not isinstance(caught.value, SetupError)
    assert "--python fake=PATH" in caught.value.mend


def test_a_python_without_ensurepip_says_what_to_install(
    fake: Backend, home: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Debian, where venv prints this and leaves half a folder."""
    home.mkdir()
    python = home / "python"
    python.write_text("#!/bin/sh\necho 'ensurepip is not available. apt install it.'\nexit 1\n")
    python.chmod(0o755)
    bare = evolve(interpreters.find(fake.python), path=python, makes_venvs=False)
    monkeypatch.setattr(interpreters, "find", lambda _: bare)
    with pytest.raises(SetupError, match=r"apt install python3-venv.*zoo env create fake"):
        envs.create(fake, console=screen)


def test_a_terminal_sees_progress(quick: Backend, wheels: Path) -> None:
    """pip's lines pass by while it works; a pipe sees one line (the first test of this file)."""
    terminal = Console(file=io.StringIO(), force_terminal=True, width=120)
    envs.create(quick, console=terminal)
    assert "environment of fake: " in written(terminal)


def write_framework(wheels: Path, source: str) -> None:
    from zipfile import ZipFile

    wheel = wheels / "fakeframe-1.2-py3-none-any.whl"
    with ZipFile(wheel) as old:
        files = {name: old.read(name) for name in old.namelist()}
    files["fakeframe/__init__.py"] = source.encode()
    with ZipFile(wheel, "w") as new:
        for name, data in files.items():
            new.writestr(name, data)


def close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
