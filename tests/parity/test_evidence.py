"""Folders that show a failure again without this package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Callable

import attrs
import numpy as np
import pytest

from zoo.emit.rearrange import AS_IS, Bindings, Kept, Slot
from zoo.ops import dense, input
from zoo.parity import evidence, parity
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, compared, judged
from zoo.parity.compare import DISAGREES
from zoo.parity.evidence.expected import Expected, expected
from zoo.parity.evidence.rerun import judged as judged_again
from zoo.parity.noise import FACTOR
from zoo.parity.reference import Reference
from zoo.spec import Spec
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.parent import Exchange
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


def test_a_folder_holds_one_run_alone(fake: Target, tmp_path: Path) -> None:
    """What an earlier one left, such as its last words, is no part of it."""
    place = tmp_path / "do_nan-fake-eager-float64"
    left = place / "shrunk" / "left.txt", place / "error.txt"
    for each in left:
        each.parent.mkdir(parents=True, exist_ok=True)
        each.touch()
    parity(linear("do_nan"), [fake], python={"fake": sys.executable}, steps=1, evidence=tmp_path)
    assert (place / "rerun.py").exists()
    assert not any(each.exists() for each in left)


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


VELOCITY = ("steps", "optimizer-state", "layer.weight.velocity")


def kept_times(cell: Cell, scale: float) -> Expected:
    """What is expected of a framework that keeps the velocity over a scale."""
    states = {name: Slot(name) for name in cell.case.spec.states}
    bindings = Bindings(states, {}, (AS_IS,), AS_IS, {"v": Kept("velocity", scale)})
    asked = [Exchange(do, {}, {}, None) for do in ("load", "optimizer_state")]
    _load, kept = expected(cell, asked, [bindings])
    return next(each for each in kept if each.name == "optimizer.layer.weight.v")


@pytest.mark.parametrize("scale", [1.0, -100.0, 0.01])
@pytest.mark.parametrize("of_zeros", [False, True])
def test_what_an_optimizer_keeps_is_judged_as_it_was(
    fake: Target, scale: float, of_zeros: bool
) -> None:
    """Whatever unit the framework keeps it in; where the oracle has zeros, too."""
    optimizer = SGD(learning_rate=0.01, momentum=0.9)
    case = make_case(linear("good").replace(optimizer=optimizer), batch=4, steps=1)
    reference = Reference(case, "float32")
    moved = reference.moved()[VELOCITY][0]
    if of_zeros:
        reference.exact[VELOCITY] *= 0.0
    for share, disagrees in ((0.5, False), (2.0, True)):
        cell, error = Cell(reference, fake), share * FACTOR * moved
        seen = {key: array.copy() for key, array in cell.exact.items()}
        seen[VELOCITY][0].flat[np.argmax(np.abs(seen[VELOCITY][0]))] += error
        cell = compared(attrs.evolve(cell, seen=seen))
        assert any(row.verdict == DISAGREES for row in cell.rows) is disagrees
        wanted = kept_times(cell, scale)
        about = {"label": wanted.label, "bound": wanted.bound}
        assert judged_again(about, seen[VELOCITY][0] / scale, wanted.array) is disagrees
