"""The table of a comparison and its verdict, from made-up results."""

from __future__ import annotations

import json
from io import StringIO

import attrs
import numpy as np
from rich.console import Console

from zoo.comparison import CompareReport
from zoo.comparison.report import Comparison
from zoo.comparison.timing import Times
from zoo.comparison.training import ORACLE, Curve
from zoo.errors import WorkerError
from zoo.models import registry
from zoo.parity.compare import AGREES, DISAGREES, NOT_RUN, Row
from zoo.parity.report import ParityReport


def report(verdict: str = AGREES, failed: bool = False) -> CompareReport:
    row = Row("mlp", "torch", "eager", "float64", "evaluation", "output", "output", 1e-15, 1e-14,
              verdict, "" if verdict == AGREES else "because")  # fmt: skip
    other = attrs.evolve(row, dtype="float32", error=2e-7, bound=1e-5)
    parity = {r.dtype: ParityReport((r,), {}, 3) for r in (row, other)}
    curves = {
        ORACLE: Curve(np.array([2.0, 1.0]), 0.9),
        "torch:eager": Curve(np.array([2.0, 1.5]), 0.8),
    }
    errors = {"torch:eager": WorkerError("hung", "train", "no reply")} if failed else {}
    times = {"torch:eager": Times(7.25, 0.5)} if verdict == AGREES else {}
    spec = registry.build("mlp", "tiny")
    return CompareReport(
        (Comparison(spec, parity, curves, errors, times),), ("torch:eager",), {}, 1
    )


def text(made: CompareReport, width: int = 140) -> str:
    out = StringIO()
    Console(file=out, width=width).print(made)
    return out.getvalue()


def test_all_in_agreement_is_a_pass() -> None:
    """Errors, curves' gap, accuracy and times stand in one row."""
    made = report()
    assert made.exit_code == 0
    (row,) = (line for line in text(made).splitlines() if line.startswith(" torch:eager"))
    for cell in ("1.0e-15", "2.0e-07", "agrees", "2.0000", "1.5000", "2e-01", "80.0 %", "7.25"):
        assert cell in row


def test_what_disagrees_has_no_times() -> None:
    """No number without proof; exit code 1, and the reason below the table."""
    made = report(DISAGREES)
    assert made.exit_code == 1
    printed = text(made)
    assert "because" in printed
    assert "7.25" not in printed


def test_a_backend_that_did_not_run_is_not_green() -> None:
    """Exit code 3 if that is all the trouble."""
    assert report(NOT_RUN).exit_code == 3
    assert not report(NOT_RUN).passed


def test_a_worker_that_fails_while_training_is_no_pass() -> None:
    """Agreement alone is not enough."""
    made = report(failed=True)
    assert made.exit_code == 1
    assert "no reply" in text(made)


def test_the_table_fits_80_columns() -> None:
    """Nothing is cut off on a narrow terminal."""
    printed = text(report(), width=80)
    assert "…" not in printed


def test_json_holds_the_whole_curves() -> None:
    """And is JSON."""
    data = json.loads(json.dumps(report().to_json()))
    assert data["models"][0]["training"]["torch:eager"]["losses"] == [2.0, 1.5]
    assert data["models"][0]["milliseconds"]["torch:eager"] == {
        "train_step": 7.25,
        "inference": 0.5,
    }
