"""Folders that show a failure again without this package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from zoo.ops import dense, input
from zoo.parity import evidence, parity
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.reference import Reference
from zoo.spec import Spec
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.pool import Pool

RERUN = """
import runpy, sys
try:
    runpy.run_path("rerun.py", run_name="__main__")
except SystemExit as end:
    ours = [m for n, m in sys.modules.items() if n.partition(".")[0] in ("zoo", "zoo_fake")]
    assert all(module.__file__.startswith(sys.argv[1]) for module in ours), ours
    sys.exit(end.code)
"""


def linear(name: str) -> Spec:
    return trace(
        lambda: dense(input("x", (3,)), 2, name="layer"), name=name, summary="Linear",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip


@pytest.fixture
def fake(installed: Callable[[str], Target]) -> Target:
    return installed("fake")


def rerun(folder: Path) -> subprocess.CompletedProcess[str]:
    """The script in a process that must not take anything from the installed package."""
    return subprocess.run(
        [sys.executable, "-I", "-c", RERUN, str(folder)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_failure_runs_again_with_the_framework_alone(fake: Target, tmp_path: Path) -> None:
    """It prints every tensor's error and exits with 1."""
    folder = tmp_path / "evidence"
    here = {"fake": sys.executable}
    report = parity(linear("do_nan"), [fake], python=here, steps=2, evidence=folder)
    assert not report.passed
    (place,) = folder.iterdir()
    assert place.name == "do_nan-fake-eager-float64"
    done = rerun(place)
    assert done.returncode == 1, done.stderr
    assert "evaluation output output" in done.stdout
    assert "not finite" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("tensors disagree")


def test_the_folder_has_everything_that_was_used(fake: Target, tmp_path: Path) -> None:
    """Source, specification, verdicts, versions, and what was found, in words."""
    parity(linear("do_nan"), [fake], python={"fake": sys.executable}, steps=1, evidence=tmp_path)
    place = tmp_path / "do_nan-fake-eager-float64"
    assert (place / "source.py").read_text() == "behaviour: nan\n"
    assert Spec.from_json((place / "spec.json").read_text()) == linear("do_nan")
    assert json.loads((place / "environment.json").read_text())["numpy"]
    rows = json.loads((place / "rows.json").read_text())
    assert {row["verdict"] for row in rows} == {"agrees", "disagrees"}
    assert "layer (dense)" in (place / "found.txt").read_text()


def test_what_agrees_agrees_when_it_is_run_again(fake: Target, tmp_path: Path) -> None:
    """So a script that exits with 0 says that a failure is mended."""
    case = make_case(linear("good"), batch=4, steps=3)
    with Pool(threads=1, python={"fake": sys.executable}) as pool:
        cell = Cell(Reference(case, "float64"), fake)
        evidence.write(judged(cell, pool, {}), pool.session(fake), tmp_path)
    done = rerun(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "all tensors agree"
    labels = [line.partition(" error")[0].rstrip() for line in done.stdout.splitlines()[:-1]]
    assert len(set(labels)) == len(labels)
    assert "after step 3 parameter layer.weight" in labels
    assert "training input-gradient x" in labels


def test_a_crash_leaves_what_was_asked_before_it(fake: Target, tmp_path: Path) -> None:
    """And the worker's last words."""
    parity(linear("do_raise"), [fake], python={"fake": sys.executable}, evidence=tmp_path)
    place = tmp_path / "do_raise-fake-eager-float64"
    assert "ValueError" in (place / "error.txt").read_text()
    assert rerun(place).returncode == 1
