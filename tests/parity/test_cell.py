"""One model on one backend: which bound judges it."""

from __future__ import annotations

import sys
from typing import Any, FrozenSet

import attrs
import pytest

from zoo.models import registry
from zoo.parity import reference as module
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.compare import AGREES
from zoo.parity.noise import noise
from zoo.parity.reference import Reference
from zoo.target import Target
from zoo.worker.pool import Pool


def test_the_noise_of_a_backends_own_formulas_is_asked_where_the_oracles_is_too_little(
    mirror: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With bounds of zero nothing agrees by the first; the second has the last word."""
    asked = []

    def counted(*given: Any, formulas: FrozenSet[str]) -> Any:
        asked.append(set(formulas))
        moved = noise(*given, formulas=formulas)
        return moved if formulas or not strict else {key: 0.0 * moved[key] for key in moved}

    monkeypatch.setattr(module, "noise", counted)
    backend = attrs.evolve(mirror.backend, formulas=("one_pass_variance",))
    case = make_case(registry.build("mlp", "tiny"), batch=4, steps=1)
    found = {}
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        for strict in (False, True):
            cell = Cell(Reference(case, "float32"), Target(backend, "eager"))
            found[strict] = {row.verdict for row in judged(cell, pool, {}).rows}
            assert asked == [set(), {"one_pass_variance"}][: 1 + strict]
            asked.clear()
    assert found == {False: {AGREES}, True: {AGREES}}
