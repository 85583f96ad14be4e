"""A backend whose framework is a wheel of a few bytes, in a folder that pip is pointed at."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from attrs import evolve
from rich.console import Console

from zoo.backend import Backend
from zoo.envs import interpreters

METADATA = """Metadata-Version: 2.1
Name: zoofake
Version: 1.0
Provides-Extra: run
Requires-Dist: fakeframe==1.2 ; extra == "run"
Requires-Dist: numpy==0.1 ; extra == "run"
"""


def write_wheel(folder: Path, name: str, version: str, source: str) -> None:
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
        wheel.writestr(f"{info}/RECORD", record)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ZOO_HOME, with pip cut off from everything but the folder `wheels`."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in [each for each in os.environ if each.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("ZOO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def wheels(home: Path) -> Path:
    """The folder of wheels, filled with all that the fake backend's environment needs."""
    folder = home.parent / "wheels"
    write_wheel(folder, "fakeframe", "1.2", "__version__ = '1.2'")
    write_wheel(folder, "numpy", "0.1", "__version__ = '0.1'")
    write_wheel(folder, "safetensors", "0.7", "__version__ = '0.7'")
    return folder


@pytest.fixture
def fake(home: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """The backend `fake`, whose distribution's metadata is found on sys.path."""
    site = home.parent / "site"
    (site / "zoofake-1.0.dist-info").mkdir(parents=True)
    (site / "zoofake-1.0.dist-info" / "METADATA").write_text(METADATA)
    monkeypatch.syspath_prepend(str(site))
    return make_backend()


def make_backend(python: str = f"=={sys.version_info[0]}.{sys.version_info[1]}.*") -> Backend:
    return Backend(
        name="fake",
        framework="Fake",
        module="fakeframe",
        package="zoo_fake",
        distribution="zoofake",
        modes=("eager",),
        python=python,
    )


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with pip and nothing else."""
    folder = tmp_path_factory.mktemp("made_once") / "venv"
    subprocess.run([sys.executable, "-I", "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def quick(fake: Backend, made_once: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """The backend `fake`, whose Python copies an environment: making one takes it 5 seconds."""
    script = made_once.parent / "python"
    script.write_text(f'#!/bin/sh\nexec cp -a "{made_once}" "$4"\n')  # -I -m venv FOLDER
    script.chmod(0o755)
    copying = evolve(interpreters.find(fake.python), path=script)
    monkeypatch.setattr(interpreters, "find", lambda _: copying)
    return fake


@pytest.fixture
def screen() -> Console:
    """A console that is no terminal, and whose text is `screen.file.getvalue()`."""
    return Console(file=io.StringIO(), force_terminal=False, width=200)
