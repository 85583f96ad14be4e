"""Planted faults are followed to their layer on the real framework, and the convention is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.effort import compiles_slowly
from tests.conformance.test_faults import EPSILON, FAULTS, SQUARE, spec_of
from zoo.parity import parity
from zoo.target import Target

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


def test_every_planted_fault_is_named_at_its_layer(target: Target) -> None:
    """One likely cause, and the right one."""
    backend = target.backend.name
    faults = [EPSILON] if compiles_slowly(target) else list(FAULTS[backend])
    for fault in faults:
        model, changes, _ = FAULTS[backend][fault]
        report = parity(
            spec_of(model), [target], plant={backend: changes}, python={backend: sys.executable},
            batch=6, steps=3,
        )  # fmt: skip
        layer, cause = ELSEWHERE.get((backend, fault), NAMED[fault])
        if backend.startswith("keras"):
            layer, cause = KERAS.get(fault, (layer, cause))
        (found,) = report.located
        assert (found.layer, found.causes) == (layer, (cause,)), f"{fault}: {found}"


def test_a_failure_runs_again_without_this_package(target: Target, tmp_path: Path) -> None:
    """The whole model and the smaller one, each with the framework alone; both still fail."""
    backend = target.backend.name
    model, changes, _ = FAULTS[backend][EPSILON]
    report = parity(
        spec_of(model), [target], plant={backend: changes}, python={backend: sys.executable},
        batch=6, steps=2, evidence=tmp_path,
    )  # fmt: skip
    assert not report.passed
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
