"""zoo/report/plots.py: drawings that take their colours from the page."""

from __future__ import annotations

import importlib
import re
import sys
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from tests.bench import synthetic
from zoo.bench import derive
from zoo.bench.growth import sweeps
from zoo.bench.record import Record
from zoo.errors import UsageError
from zoo.report import plots


@pytest.fixture(scope="module")
def record() -> Record:
    return synthetic.record(models=["mlp", "lenet5"], batches=[8, 32])


@pytest.fixture(scope="module")
def drawn(record) -> dict[str, Markup]:
    figures = derive.by_cell(record)
    alike = [cell for cell in record.cells if (cell.model, cell.batch) == ("mlp", 8)]
    lines = [series for series in sweeps(record.cells) if series.cells[0].model == "mlp"]
    return {
        "times": plots.times(figures, alike, "times"),
        "starts": plots.starts(figures, alike, "starts"),
        "memory": plots.memory(figures, alike, "memory"),
        "scaling": plots.scaling(figures, lines, "scaling"),
        "roofline": plots.roofline(record, figures, record.cells, "roofline"),
    }


def texts(svg: Markup) -> str:
    return " ".join(ET.fromstring(svg).itertext())


@pytest.mark.parametrize("name", ["times", "starts", "memory", "scaling", "roofline"])
def test_colours_and_names(drawn, name):
    """Every colour is a variable of the page, every name and every use of it is the drawing's."""
    svg = drawn[name]
    assert not re.search(r"#[0-9a-f]{6}\b", svg)
    assert "var(--series-1)" in svg
    names = re.findall(r'\bid="([^"]+)"', svg)
    used = re.findall(r'(?:href="#|url\(#)([^")]+)', svg)
    assert all(each.startswith(f"{name}-") for each in names)
    assert set(used) <= set(names)
    assert "font-family" not in svg


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("times", ["torch:eager", "mxnet:hybrid", "inference", "gradients", "train step", "µs"]),
        ("starts", ["import", "load", "first train step", "train step", "ms"]),
        ("memory", ["process memory", "MiB", "torch:eager"]),
        ("scaling", ["torch:eager", "batch", "8", "32", "train step (µs)"]),
        ("roofline", ["mlp", "lenet5", "train step (GFLOP/s)", "FLOPs per byte"]),
    ],
)
def test_says_what_it_shows(drawn, name, words):
    """Backends, quantities and units are written as text."""
    for word in words:
        assert word in texts(drawn[name])


def test_same_bytes(record, drawn):
    """The same figures give the same drawing."""
    figures = derive.by_cell(record)
    alike = [cell for cell in record.cells if (cell.model, cell.batch) == ("mlp", 8)]
    assert plots.times(figures, alike, "times") == drawn["times"]


def test_no_ceilings(record):
    """Without ceilings there is no roofline."""
    bare = synthetic.record()
    bare.machines["m0"].ceilings = []
    assert plots.roofline(bare, derive.by_cell(bare), bare.cells, "roofline") is None


def test_gaps(record):
    """A cell without figures keeps its line, and an axis without an interval is no trouble."""
    few = synthetic.record(rounds=3)
    few.cells[0].gap = "crashed"
    svg = plots.times(derive.by_cell(few), few.cells, "times")
    assert "torch:eager" in texts(svg)


def test_without_matplotlib(monkeypatch):
    """Without the library that draws, the message says how to get it."""
    monkeypatch.delitem(sys.modules, "zoo.report.plots")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"pip install 'parityzoo\[report\]'"):
        importlib.import_module("zoo.report.plots")
