"""Planted faults are found on the real framework, at their layer, and the convention is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.cases import CASES
from tests.conformance.effort import compiles_slowly
from tests.conformance.test_faults import EPSILON, FAULTS, SQUARE
from zoo.models import registry
from zoo.parity import parity
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES
from zoo.parity.emission import replaced
from zoo.parity.locate import locate
from zoo.parity.reference import Reference
from zoo.spec import Spec
from zoo.target import Target
from zoo.worker.pool import Pool

pytestmark = pytest.mark.usefixtures("less_effort")

# By fault: the layer and the cause in words; for some backends another one.
NAMED = {
    EPSILON: ("hidden.0.norm", "epsilon is 0.001"),
    SQUARE: ("dense2", "the square weight is transposed"),
    "share of the running average": (
        "hidden.0.norm",
        "the running statistics keep 0.8 of the old value",
    ),
    "biased running variance": ("hidden.0.norm", "the running variance is the biased one"),
    "learning rate": ("optimizer", "the learning rate is 0.0500001"),
    "gradient cut off": ("flatten1", "no gradient flows back to the input"),
    "statistics that never move": ("hidden.0.norm", "the running statistics do not move"),
}
ELSEWHERE = {
    ("chainer", EPSILON): ("hidden.0.norm", "epsilon is 2e-05"),
    ("tensorflow", SQUARE): ("dense1", "the square weight is transposed"),
    ("jax", SQUARE): ("dense1", "the square weight is transposed"),
    ("chainer", "gradient cut off"): ("tanh1", "no gradient flows back to the input"),
    ("jax", "gradient cut off"): ("pool1", "no gradient flows back to the input"),
}
KERAS = {"gradient cut off": ("fc1", "no gradient flows back to the input")}


def spec_of(name: str) -> Spec:
    return CASES[name] if name in CASES else registry.build(name, "tiny")


def named(backend: str, fault: str) -> tuple[str, tuple[str, ...]]:
    """The layer and the one likely cause."""
    layer, cause = ELSEWHERE.get((backend, fault), NAMED[fault])
    if backend.startswith("keras"):
        layer, cause = KERAS.get(fault, (layer, cause))
    return layer, (cause,)


def test_every_planted_fault_is_found_and_named_at_its_layer(
    target: Target, calm_pool: Pool
) -> None:
    """What it touches first disagrees, and is followed to one likely cause, the right one.

    Without the fault these models agree, as other tests here show.
    """
    backend = target.backend.name
    for fault, (model, changes, quantity) in FAULTS[backend].items():
        reference = Reference(make_case(spec_of(model), batch=6, steps=3), "float64")
        cell = judged(Cell(reference, target, replaced(changes)), calm_pool, {})
        bad = [row for row in cell.rows if row.verdict != AGREES]
        assert quantity in {row.quantity for row in bad}, fault
        assert all(row.tensor for row in bad), fault
        if fault != EPSILON and compiles_slowly(target):
            continue
        found = locate(cell, calm_pool.session(target))
        assert (found.layer, found.causes) == named(backend, fault), f"{fault}: {found}"


def test_a_failure_runs_again_without_this_package(target: Target, tmp_path: Path) -> None:
    """The whole model and the smaller one, each with the framework alone; both still fail."""
    backend = target.backend.name
    model, changes, _ = FAULTS[backend][EPSILON]
    report = parity(
        spec_of(model), [target], plant={backend: changes}, python={backend: sys.executable},
        batch=6, steps=2, threads=1, evidence=tmp_path,
    )  # fmt: skip
    assert not report.passed
    (found,) = report.located
    assert (found.layer, found.causes) == named(backend, EPSILON)
    (place,) = tmp_path.iterdir()
    for folder in (place, place / "shrunk"):
        done = subprocess.run(
            [sys.executable, "-I", "rerun.py"], cwd=folder, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[-1].endswith("tensors disagree")
        rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
        assert any(row["verdict"] == "disagrees" for row in rows)
