"""zoo/bench/derive.py: figures follow from the samples alone, and only where there is proof."""

from __future__ import annotations

import attrs
import pytest

from tests.bench import synthetic
from zoo.bench import derive
from zoo.bench.record import Ceiling, Record, Sample
from zoo.bench.statistics import median_interval


@pytest.fixture
def record() -> Record:
    return synthetic.record()


def test_steady_state_counts_by_round(record):
    """A figure is the interval of the samples, grouped by round."""
    cell = record.cells[0]
    figure = derive.by_cell(record)[cell.name, "train_step"]
    samples = [each.seconds for each in cell.samples if each.quantity == "train_step"]
    assert figure.interval == median_interval(samples)
    assert (figure.unit, figure.rounds, figure.samples) == ("s", 8, 40)


def test_several_visits_of_a_round_are_one_round(record):
    """Entries of one round are one group, wherever they stand in the record."""
    cell = record.cells[0]
    cell.samples.append(Sample(0, 9, 1, "train_step", [], [1.0]))
    assert derive.by_cell(record)[cell.name, "train_step"].rounds == 8
    assert derive.rounds_of(cell, "train_step")[0][-1] == 1.0


def test_what_happens_once_counts_by_process(record):
    """Import, first step and memory have a value a process, and no interval if these are few."""
    found = derive.by_cell(record)
    name = record.cells[0].name
    assert found[name, "import"].rounds == 4
    assert not found[name, "import"].interval.known
    assert found[name, "import"].low is None
    assert found[name, "process_memory"].unit == "B"


def test_comes_back_from_json(record):
    """A record that was written and read has the same figures, to the bit."""
    again = Record.from_json(record.to_json())
    assert [attrs.asdict(each) for each in derive.figures(again)] == record.figures


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("gap", "the worker crashed", "the worker crashed"),
        ("certificate", None, "no parity certificate"),
        ("dtype", "float64", "the certificate is for another dtype"),
        ("source", 64 * "0", "the certificate is for another source"),
    ],
)
def test_no_figure_without_proof(record, field, value, reason):
    """A cell that was not proven, or proven as something else, has samples and no figure."""
    setattr(record.cells[0], field, value)
    assert derive.unproven(record.cells[0]) == reason
    assert {figure.cell for figure in derive.figures(record)} == {record.cells[1].name}


def test_another_version_is_not_proven(record):
    """A certificate of one version of a framework proves nothing about another."""
    record.cells[0].environment.versions["torch"] = "2.14.0"
    ((field, proven, there),) = derive.mismatches(record.cells[0])
    assert (field, proven) == ("version", "2.13.0")
    assert "torch 2.14.0" in there


@pytest.mark.parametrize("changed", ["seconds", "warmup"])
def test_every_entry_shows(record, changed):
    """An entry that moves no median, such as a warm-up, still changes what its figure names."""
    before = derive.by_cell(record)
    sample = next(each for each in record.cells[0].samples if each.quantity == "gradients")
    getattr(sample, changed)[0] *= 1.0001
    after = derive.by_cell(record)
    assert [key for key in before if before[key].raw != after[key].raw] == [
        (record.cells[0].name, "gradients")
    ]


def test_work_over_time(record):
    """FLOP/s come from the counted work, and a long time is a low rate."""
    cell = record.cells[0]
    figure = derive.by_cell(record)[cell.name, "inference"]
    found = derive.work(cell, figure)
    assert found.median == pytest.approx(cell.flops["inference"] / figure.median)
    assert found.low < found.median < found.high


def test_ceiling_of_the_same_kind(record):
    """A cell is held against the ceiling of its own dtype, threads and device, or against none."""
    cell = record.cells[0]
    other = Ceiling("matrix-product", "float32", 2, "cpu", "FLOP/s", [9e10])
    record.machines["m0"].ceilings.insert(0, other)
    assert derive.ceiling(record, cell, "matrix-product") == 6e10
    assert derive.ceiling(record, cell, "bandwidth") == 1.2e10
    assert derive.ceiling(record, attrs.evolve(cell, threads=4), "bandwidth") is None


def test_too_noisy():
    """An interval ten times as wide as was asked for is told apart from one that is not."""
    quiet, wild = synthetic.record(), synthetic.record(noise=0.5)
    key = (quiet.cells[0].name, "train_step")
    assert not derive.too_noisy(derive.by_cell(quiet)[key], quiet)
    assert derive.too_noisy(derive.by_cell(wild)[key], wild)
