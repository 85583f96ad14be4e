"""A backend of somebody else's, installed from its own folder: the example of backends/README.md.

The guide is tested with it: what it shows are the example's files, and its commands run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from zoo import plugins
from zoo.cli import commands

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "tests" / "fakes" / "tiny"
GUIDE = ROOT / "backends" / "README.md"


class Installed:
    """A copy of the example's folder, and the folder that pip installed it into."""

    def __init__(self, place: Path) -> None:
        self.folder, self.site = place / "zoo-tiny", place / "site"
        shutil.copytree(EXAMPLE, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        done = self.run(*pip, "--no-build-isolation", "--target", str(self.site), str(self.folder))
        assert done.returncode == 0, f"{done.stderr}\n(does this environment have hatchling?)"
        self.model = self.folder / "small.json"
        self.model.write_text(self.run(sys.executable, "tests/models.py", "small").stdout)

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """A command in the copy, with the example installed."""
        paths = [str(self.site), os.environ.get("PYTHONPATH", "")]
        programs = [str(Path(sys.executable).parent), os.environ["PATH"]]
        env = {
            **os.environ,
            "PATH": os.pathsep.join(programs),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        return subprocess.run(
            words, cwd=cwd or self.folder, env=env, capture_output=True, text=True, check=False
        )

    def zoo(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "zoo", *words)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("third_party"))


def test_it_is_listed(tiny: Installed) -> None:
    """With its distribution, which is none of ours, and what its workers need."""
    listed = json.loads(tiny.zoo("list", "backends", "--json").stdout)
    (found,) = (each for each in listed if each["name"] == "tiny")
    assert (found["distribution"], found["version"]) == ("zoo-tiny", "0.1.0")
    assert [pin.partition("==")[0] for pin in found["pins"]] == ["numpy", "safetensors"]


def test_it_emits(tiny: Installed) -> None:
    """The bytes of the file under review."""
    done = tiny.zoo("emit", "small.json", "--backend", "tiny")
    assert done.stdout == (EXAMPLE / "golden" / "small.py").read_text(encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_refuses_in_one_line_what_it_cannot_express(tiny: Installed) -> None:
    """All findings at once, with what it has instead."""
    done = tiny.zoo("emit", "lenet5", "--backend", "tiny")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("zoo: tiny cannot express this model: conv1: it has no conv2d;")
    assert done.stderr.count("\n") == 1


def test_it_agrees_with_the_oracle_through_a_worker(tiny: Installed) -> None:
    """In float64, every tensor; the worker says what it ran on."""
    words = ("--backends", "tiny", "--python", f"tiny={sys.executable}", "--json")
    done = tiny.zoo("parity", "small.json", *words)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["passed"] is True
    assert {row["dtype"] for row in report["rows"]} == {"float64"}
    assert len(report["rows"]) > 30
    assert max(row["error"] for row in report["rows"]) < 1e-10
    assert "numpy" in report["environments"]["tiny:eager"]


def test_its_own_tests_pass(tiny: Installed) -> None:
    """Goldens, refusals, parity and a model in this process."""
    done = tiny.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed", done.stdout)


def test_our_conformance_cases_can_be_put_to_it(tiny: Installed) -> None:
    """Those that it can express: names of layers that are hard to write, and chains of them."""
    names = "dense_on_vectors or dense_square or awkward_names or chains_of_plain_layers"
    words = ("tests/conformance/test_ops.py", "--backend", "tiny", "-k", names, "-q")
    done = tiny.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout


def test_the_guide_shows_the_example_as_it_is() -> None:
    """Every excerpt stands in a file of the example, and every link leads somewhere."""
    guide = GUIDE.read_text(encoding="utf-8")
    files = [each for each in EXAMPLE.rglob("*") if each.suffix in (".py", ".toml")]
    texts = [each.read_text(encoding="utf-8") for each in files]
    excerpts = re.findall(r"```(?:python|toml)\n(.*?)```", guide, re.DOTALL)
    assert len(excerpts) > 5
    for excerpt in excerpts:
        assert any(excerpt in text for text in texts), excerpt
    links = re.findall(r"\]\(([^)#]+)\)", guide)
    assert len(links) > 10
    for link in links:
        assert (GUIDE.parent / link).exists(), link


def test_the_commands_of_the_guide_run(tiny: Installed) -> None:
    """In their order; what installs needs the network and is left out."""
    guide = GUIDE.read_text(encoding="utf-8")
    lines = re.findall(r"^    ((?:python|zoo) .*)$", guide, re.MULTILINE)
    local = [line for line in lines if not line.startswith("zoo env")]
    assert len(local) > 5
    for line in local:
        done = tiny.run("sh", "-c", line)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        assert done.stdout or ">" in line or "-o" in line


# A plug-in that is broken: a copy of the example by the name `half`, and one edit.
FAULTS = {
    "no emitter": ("emit.py", None, "", "No module named 'zoo_half.emit'"),
    "emitter without its function": (
        "emit.py", "def emit(", "def write(", "has no attribute 'emit'",
    ),
    "emitter of another interface": (
        "emit.py", ", *, mask_batch: int | None = None)", ")", "unexpected keyword argument",
    ),
    "emitter that gives text": (
        "emit.py", ".program()", ".program().source", "returned str, not zoo.emit.base.Program",
    ),
    "emitter that raises": (
        "emit.py", "literal(layer['units'])", "layer.units", "no attribute 'units' (zoo_half/emit",
    ),
    "emitter that exits": (
        "emit.py", "class Half", "exit('no')\nclass Half", "SystemExit: no (zoo_half/emit.py,",
    ),
    "no weight map": ("weights.py", None, "", "No module named 'zoo_half.weights'"),
    "weight map without a state": (
        "weights.py", "in node.states()", "in node.states()[:1]", "left out hidden.0.dense1.bias",
    ),
    "weight map without the input": (
        "weights.py", "(AS_IS,) * len(spec.inputs)", "()", "left out an input",
    ),
    "no runtime": ("run.py", None, "", "there is no zoo_half/run.py"),
    "runtime without its class": (
        "run.py", "class Runtime", "class Engine", "zoo_half.run has no class Runtime",
    ),
    "runtime without a method": (
        "run.py", "def train_step", "def step", "Runtime of zoo_half.run has no train_step",
    ),
}  # fmt: skip

Half = Callable[..., Result]


@pytest.fixture
def half(tiny: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Half]:
    """Runs `zoo parity` on all backends, of which there are two: the example and the broken one."""

    def parity(file: str, old: str | None, new: str) -> Result:
        for found in tiny.site.rglob("*"):
            if found.is_file() and found.suffix != ".pyc":
                text = found.read_text(encoding="utf-8").replace("tiny", "half")
                copy = tmp_path / str(found.relative_to(tiny.site)).replace("tiny", "half")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(text.replace("Tiny", "Half"), encoding="utf-8")
        broken = tmp_path / "zoo_half" / file
        if old is None:
            broken.unlink()
        else:
            text = broken.read_text(encoding="utf-8")
            assert old in text
            broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        words = ["parity", str(tiny.model), "--json"]
        words += [f"--python={name}={sys.executable}" for name in ("half", "tiny")]
        return CliRunner().invoke(commands, words)

    paths = [str(tmp_path), str(tiny.site)]
    real = plugins.metadata.distributions
    monkeypatch.setattr(plugins.metadata, "distributions", lambda: real(path=paths))
    for path in paths:
        monkeypatch.syspath_prepend(path)
    plugins._scan.cache_clear()
    yield parity
    plugins._scan.cache_clear()
    for name in [each for each in sys.modules if each.startswith(("zoo_half", "zoo_tiny"))]:
        del sys.modules[name]


@pytest.mark.parametrize("fault", FAULTS)
def test_half_an_interface_is_a_row_that_did_not_run(half: Half, fault: str) -> None:
    """It names the distribution and the mend; the other backend agrees; the exit code is 3."""
    file, old, new, reason = FAULTS[fault]
    result = half(file, old, new)
    assert result.exit_code == 3, result.output
    rows = json.loads(result.stdout)["rows"]
    assert {row["verdict"] for row in rows if row["backend"] == "tiny"} == {"agrees"}
    (row,) = (row for row in rows if row["backend"] == "half")
    assert row["verdict"] == "not-run"
    assert row["reason"].startswith("half cannot run here: the plug-in zoo-half is broken: ")
    assert reason in row["reason"]
    assert "pip install --force-reinstall --no-deps zoo-half" in row["reason"]


# Interfaces that are whole, and arrays that are not what they should be.
MISFITS = {
    "a state of another shape": (
        "weights.py", '.{state.name}")', '.{state.name}", AS_IS.__class__(merge=(7, 7)))',
        "cannot reshape array",
    ),
    "an input with other axes": (
        "weights.py", "(AS_IS,)", "(AS_IS.__class__(axes=(1, 0)),)", "axes don't match array",
    ),
    "a state by another name": (
        "run.py", "{name: parameter.value", '{"my." + name: parameter.value',
        "the weight map lacks",
    ),
    "a state of another size": ("run.py", ".value.copy()", ".value[:1]", "cannot reshape array"),
    "a gradient of another size": (
        "run.py", "[down]", "[down[:1]]", "cannot reshape array",
    ),
    "a loss for each example": (
        "run.py", "Gradients(output, loss,", "Gradients(output, output,", "only 0-dimensional",
    ),
}  # fmt: skip


@pytest.mark.parametrize("misfit", MISFITS)
def test_arrays_that_do_not_fit_cost_one_cell(half: Half, misfit: str) -> None:
    """They are no fault of the core's own; the other backend agrees; the exit code is 1."""
    file, old, new, reason = MISFITS[misfit]
    result = half(file, old, new)
    assert result.exit_code == 1, result.output
    rows = json.loads(result.stdout)["rows"]
    assert {row["verdict"] for row in rows if row["backend"] == "tiny"} == {"agrees"}
    (row,) = (row for row in rows if row["backend"] == "half")
    assert row["verdict"] == "crashed"
    assert row["reason"].startswith("protocol during rearranging: half:eager: ")
    assert reason in row["reason"]


def test_a_state_that_is_not_given_back_disagrees(half: Half) -> None:
    """By name, beside all that were given."""
    part = "in self._parameters()}\n\n    def optimizer_state"
    result = half("run.py", part, part.replace("self._parameters()", "[*self._parameters()][1:]"))
    assert result.exit_code == 1, result.output
    rows = json.loads(result.stdout)["rows"]
    (row,) = (row for row in rows if row["verdict"] != "agrees")
    assert (row["backend"], row["verdict"]) == ("half", "disagrees")
    assert row["tensor"] == "hidden.0.dense1.weight"
    assert row["reason"] == "the backend gave no such tensor"
