"""Workers of the fake backend, run by the interpreter that runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import zoo
from zoo.worker.parent import Worker

FAKE = Path(__file__).parents[1] / "fakes" / "fake" / "src" / "zoo_fake"
PACKAGES = {"zoo": Path(zoo.__file__).parent, "zoo_fake": FAKE}


@pytest.fixture
def packages():
    return PACKAGES


@pytest.fixture
def state():
    return {
        "weight": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        "bias": np.array([0.5, -0.5, 0.0]),
        "running_mean": np.zeros(2),
    }


@pytest.fixture
def worker():
    with Worker(Path(sys.executable), PACKAGES, "zoo_fake.run", timeout=60) as worker:
        yield worker


@pytest.fixture
def other_worker():
    with Worker(Path(sys.executable), PACKAGES, "zoo_fake.run", timeout=60) as worker:
        yield worker


@pytest.fixture
def prepare(state):
    """Begin a cell on a worker, with a source that misbehaves as told."""

    def prepare(worker, behaviour="", dtype="float64"):
        source = f"# behaviour: {behaviour}\n" if behaviour else "# a good model\n"
        return worker.prepare(mode="eager", dtype=dtype, source=source, entry="Linear", state=state)

    return prepare


@pytest.fixture
def ends():
    """Wait for a process to end; False if it still runs after twenty seconds."""

    def ends(pid):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if not runs(pid):
                return True
            time.sleep(0.02)
        return False

    return ends


def runs(pid):
    """Whether a process runs; a zombie whose parent is slow to collect it does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


@pytest.fixture
def script(tmp_path, packages):
    """Start a Python program that has `worker`, `prepare(behaviour)` and an own, empty TMPDIR."""
    offered = {name: str(folder) for name, folder in packages.items()}
    beginning = f"""
import sys
import numpy as np
from pathlib import Path
from zoo.worker.parent import Worker
worker = Worker(Path(sys.executable), {offered!r}, "zoo_fake.run", timeout=60)
def prepare(behaviour="", **state):
    linear = dict(weight=np.ones((3, 2)), bias=np.zeros(3), running_mean=np.zeros(2))
    source = f"# behaviour: {{behaviour}}" if behaviour else ""
    worker.prepare(mode="eager", dtype="float64", source=source, entry="Linear",
                   state=state or linear)
x = np.ones((1, 2))
"""
    folder = tmp_path / "temporary"
    folder.mkdir()
    started = []

    def script(text):
        env = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(packages["zoo"].parent)}
        process = subprocess.Popen(
            [sys.executable, "-c", beginning + text], env=env, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    script.folder = folder
    yield script
    for process in started:
        process.kill()
        process.communicate()
