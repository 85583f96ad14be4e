"""The limits of a device, asked of a framework; the fake's device is the CPU."""

from __future__ import annotations

import sys
from pathlib import Path

from zoo.bench import ceilings, gpu_ceilings
from zoo.bench.record import Ceiling
from zoo.target import parse_targets
from zoo.worker.session import Session


def test_a_framework_is_asked_for_products_and_for_reading(fakes, monkeypatch):
    """Samples of both, as many as there are repetitions, under the name of the GPU."""
    monkeypatch.setattr(gpu_ceilings, "SQUARE", 16)
    monkeypatch.setattr(gpu_ceilings, "EXAMPLES", 32)
    found: list[Ceiling] = []
    (target,) = parse_targets("fake")
    with Session.started(target, Path(sys.executable)) as session:
        gpu_ceilings.measure(found, session, "float32", 1)
    assert [(each.quantity, each.unit, each.device, len(each.samples)) for each in found] == [
        ("matrix-product", "FLOP/s", "gpu", ceilings.SAMPLES),
        ("bandwidth", "B/s", "gpu", ceilings.SAMPLES),
    ]
    assert all(min(each.samples) > 0 for each in found)
