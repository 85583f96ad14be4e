"""Fake backends as if they were installed, and what a benchmark of them gives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

import zoo
from zoo import ops
from zoo.bench import Record, ceilings, live, measure
from zoo.bench.record import Cell
from zoo.spec import Spec
from zoo.training import SGD, MeanSquaredError

FAKES = Path(__file__).parents[1] / "fakes"
PYTHON = {"fake": sys.executable, "mirror": sys.executable}

SHORT = (
    (ceilings, "SIZE", 32), (ceilings, "COPIED", 2**12),
    (live, "FIRST", live.FIRST._replace(warmup_seconds=0.0)), (live, "WARMUP_SECONDS", 0.0),
    (measure, "VISIT_SECONDS", (1e-3, 1e-3)),
)  # fmt: skip
"""Lengths of what is measured, in these tests."""


@pytest.fixture(scope="module")
def fakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Backends `fake` and `mirror` are there to be named."""
    site = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        for name in PYTHON:
            info = site / f"parityzoo_{name}-0.1.0.dist-info"
            info.mkdir()
            lines = ["Metadata-Version: 2.1", f"Name: parityzoo-{name}", "Version: 0.1.0"]
            lines += ["Requires-Dist: numpy; extra == 'run'"]
            (info / "METADATA").write_text("\n".join(lines) + "\n")
            (info / "entry_points.txt").write_text(f"[zoo.backends]\n{name} = zoo_{name}:backend\n")
            patch.syspath_prepend(str(FAKES / name / "src"))
        patch.syspath_prepend(str(site))
        yield


def linear(order: str = "linear", learning_rate: float = 0.1) -> Spec:
    """A dense layer as backend `fake` trains it; called `do_...`, it orders a fault there."""

    def define() -> Any:
        return ops.dense(ops.input("x", (3,)), 2, name="dense")

    define.__name__ = order
    define.__doc__ = "One dense layer."
    return zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=learning_rate))(define)()


@pytest.fixture(scope="module")
def bench(fakes: None) -> Iterator[Callable[..., Record]]:
    """`zoo.bench` with the interpreter of these tests, and as short as it can be."""

    def bench(*args: Any, **options: Any) -> Record:
        short = {"budget": 0.01, "threads": 1, "batch": 4, "python": PYTHON}
        return zoo.bench(*args, **{**short, **options})

    with pytest.MonkeyPatch.context() as patch:
        for where, name, value in SHORT:
            patch.setattr(where, name, value)
        yield bench


@pytest.fixture(scope="module")
def record(bench: Callable[..., Record]) -> Record:
    """A linear model on the fake backend and on the mirror of the oracle."""
    return bench(linear(), "fake,mirror", command=["zoo", "bench", "linear"])


@pytest.fixture(scope="module")
def troubled(bench: Callable[..., Record]) -> dict[str, Cell]:
    """What became of cells that fail, each in a way of its own, and of some that do not.

    The fake's learning rate is 0.1, whatever a specification says.
    """
    orders = [
        "do_segfault", "do_raise", "do_nan", "do_skip_the_barrier", "do_work_behind_the_back",
        "do_hang",
    ]  # fmt: skip
    specs = [linear(order) for order in orders] + [linear("wrong_rate", learning_rate=0.2)]
    record = bench([*specs, linear()], "fake", timeout=5)
    return {cell.model: cell for cell in record.cells}
