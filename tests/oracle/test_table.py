"""Every declared op, loss, optimizer and clipping has its file in the oracle, and none is over."""

from __future__ import annotations

from pathlib import Path

import zoo.oracle
from zoo.oracle.table import CLIPPINGS, LOSSES, OPS, OPTIMIZERS
from zoo.spec import op
from zoo.training import base

SHARED = {
    "__init__", "base", "checks", "kinks", "moments", "optimization", "rounding", "run", "stack",
    "sums", "table", "windows",
}  # fmt: skip


def test_files_and_declarations_match() -> None:
    """An op without a formula, or a formula without an op, fails here."""
    files = {path.stem for path in Path(zoo.oracle.__file__).parent.glob("*.py")} - SHARED
    training = {*base.LOSSES, *base.OPTIMIZERS, *base.CLIPPINGS}
    assert files == (set(op.OPS) - {"input"}) | training


def test_modules_are_found_by_kind() -> None:
    """Each module has the functions of its sort."""
    assert set(OPS) == set(op.OPS) - {"input"}
    assert all(callable(m.forward) and callable(m.backward) for m in OPS.values())
    assert all(callable(m.loss) for m in LOSSES.values())
    assert all(callable(m.start) and callable(m.update) for m in OPTIMIZERS.values())
    assert all(callable(m.clip) for m in CLIPPINGS.values())
