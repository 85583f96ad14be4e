"""The command line in this process, and one backend that is nothing but files in a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from zoo import envs, plugins
from zoo.cli import commands

PACKAGE = """
from zoo.backend import Backend
def backend():
    return Backend(
        name="pretend", framework="Pretend", module="pretendframe", package="zoo_pretend",
        distribution="parityzoo-pretend", modes=("eager", "graph"), python=">=3.9",
    )
"""
EMIT = """
from zoo.emit.base import Part, Program
from zoo.errors import UnsupportedError
def emit(spec, *, mask_batch=None):
    if spec.name == "lenet5":
        raise UnsupportedError("pretend", ["no convolutions"])
    text = f"# {spec.name} \\u2192 pretend\\nx = '[bold]'"
    return Program("Model", (Part("model", "Model", text),))
"""
METADATA = """Metadata-Version: 2.1
Name: parityzoo-pretend
Version: 0.7
Provides-Extra: run
Requires-Dist: pretendframe==3.2.1; extra == "run"
Requires-Dist: numpy==1.0; extra == "run"
"""

Zoo = Callable[..., Result]


@pytest.fixture
def zoo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Zoo:
    """Calls `zoo` with words; ZOO_HOME is an empty folder, and nothing is a terminal."""
    monkeypatch.setenv("ZOO_HOME", str(tmp_path / "home"))
    for name in ("COLUMNS", "FORCE_COLOR", "ZOO_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words: CliRunner().invoke(commands, list(map(str, words)))


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only backend there is; gives the folder that it is installed in."""
    site = tmp_path / "site"
    info = site / "parityzoo_pretend-0.7.dist-info"
    (site / "zoo_pretend").mkdir(parents=True)
    info.mkdir()
    (site / "zoo_pretend" / "__init__.py").write_text(PACKAGE)
    (site / "zoo_pretend" / "emit.py").write_text(EMIT)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text("[zoo.backends]\npretend = zoo_pretend:backend\n")
    monkeypatch.syspath_prepend(str(site))
    real = plugins.metadata.distributions
    monkeypatch.setattr(plugins.metadata, "distributions", lambda: real(path=[str(site)]))
    for name in [each for each in sys.modules if each.partition(".")[0] == "zoo_pretend"]:
        monkeypatch.delitem(sys.modules, name)  # an earlier test's
    plugins._scan.cache_clear()
    yield site
    plugins._scan.cache_clear()


class Report:
    """What a stand-in returns: it does not pass."""

    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"passed": False}

    def __str__(self) -> str:
        return "the report"


class StandIn:
    """In the place of a function that runs backends; keeps what it was called with last."""

    def __call__(self, *arguments: Any, progress: Any, **options: Any) -> Report:
        *self.arguments, targets = arguments
        self.backends, self.options = [str(target) for target in targets], options
        return Report()


@pytest.fixture
def stand_in(
    monkeypatch: pytest.MonkeyPatch, pretend: Path
) -> Callable[[ModuleType, str], StandIn]:
    """Puts one in the place of a module's function; environments are not built."""

    def put(module: ModuleType, name: str) -> StandIn:
        made = StandIn()
        monkeypatch.setattr(module, name, made)
        return made

    monkeypatch.setattr(envs, "create", lambda backend: None)
    return put


def lines(text: str) -> list[str]:
    """Lines without the blanks that a table pads them with."""
    return [line.rstrip() for line in text.splitlines()]
