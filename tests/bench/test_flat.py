"""zoo/bench/flat.py: figures and samples as CSV."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tests.bench import synthetic
from zoo.bench import derive, flat
from zoo.bench.record import Record

REASON = "crashed, twice"


@pytest.fixture(scope="module")
def record() -> Record:
    made = synthetic.record(backends=["torch", "mxnet", "chainer"])
    made.cells[1].gap = REASON
    return synthetic.derived(made)


def test_figures(record):
    """Every figure stands there unrounded, and a cell without any has its reason."""
    rows = list(csv.DictReader(StringIO(flat.figures(record, record.cells))))
    figures = derive.figures(record)
    assert [float(row["median"]) for row in rows if row["median"]] == [
        figure.median for figure in figures
    ]
    (gap,) = [row for row in rows if row["gap"]]
    assert (gap["backend"], gap["gap"], gap["quantity"]) == ("mxnet", REASON, "")


def test_samples(record):
    """Every raw sample stands there, warm-ups told apart."""
    rows = list(csv.DictReader(StringIO(flat.samples(record))))
    wanted = [x for cell in record.cells for s in cell.samples for x in s.seconds]
    assert [float(row["seconds"]) for row in rows if row["kind"] == "sample"] == wanted
    assert sum(row["kind"] == "warmup" for row in rows) == 3 * 3 * 8
