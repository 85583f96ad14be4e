"""zoo/bench/growth.py: exponents of sweeps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench import synthetic
from zoo.bench import derive
from zoo.bench.growth import growth, sweeps
from zoo.bench.record import Record


def grown(exponent: float, *, values=(1, 2, 4, 8, 16), noise=0.002, constant=0.0) -> Record:
    """A record whose times are constant + batch^exponent, but for noise."""
    made = synthetic.record(backends=["torch"], batches=values)
    rng = np.random.default_rng(0)
    for cell in made.cells:
        for sample in cell.samples:
            centre = constant + 1e-3 * cell.batch**exponent
            spread = 1 + noise * rng.standard_normal(len(sample.seconds))
            sample.seconds = (centre * spread).tolist()
    return made


def found(record: Record):
    (series,) = sweeps(record.cells)
    return {each.quantity: each for each in growth(record, derive.by_cell(record), series)}


class TestSweeps:
    def test_batches_and_threads(self):
        """Each number that varies is an axis; along it nothing else does."""
        record = synthetic.record(backends=["torch", "mxnet"], batches=[8, 1], threads=[1, 2])
        series = sweeps(record.cells)
        assert [each.axis for each in series] == ["batch"] * 4 + ["threads"] * 4
        assert all(each.values == (1, 8) for each in series[:4])
        assert [cell.batch for cell in series[0].cells] == [1, 8]
        assert len({(cell.backend, cell.threads) for cell in series[0].cells}) == 1

    @pytest.mark.parametrize(
        ("arguments", "values"),
        [
            ([{"hidden": [16, 16]}, {"hidden": [32, 32]}], (16, 32)),
            ([{"hidden": [16]}, {"hidden": [16, 16]}], (1, 2)),
            ([{"classes": 3}, {"classes": 5}], (3, 5)),
        ],
    )
    def test_arguments(self, arguments, values):
        """Widths, depths and plain numbers among the model's arguments are axes, too."""
        record = synthetic.record(backends=["torch"], arguments=arguments)
        (series,) = sweeps(record.cells)
        assert series.values == values

    @pytest.mark.parametrize(
        "arguments",
        [[{"hidden": [16, 8]}, {"hidden": [32, 8]}], [{"hidden": [16]}, {"classes": 5}]],
    )
    def test_no_axis(self, arguments):
        """What is no number, or is not given for both, is no axis."""
        assert sweeps(synthetic.record(backends=["torch"], arguments=arguments).cells) == []

    def test_one_cell(self):
        """Nothing grows in a record without a sweep."""
        assert sweeps(synthetic.record().cells) == []


class TestGrowth:
    @pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
    def test_power_law(self, exponent):
        """A power law is found, over all and at its end, within narrow intervals."""
        step = found(grown(exponent))["train_step"]
        for fitted in (step.exponent, step.last):
            assert fitted.low < exponent < fitted.high
            assert fitted.high - fitted.low < 0.05

    def test_constant_cost(self):
        """Where constant cost hides growth, the interval is wide and the end says more."""
        step = found(grown(1.0, constant=4e-3))["train_step"]
        assert step.exponent.high - step.exponent.low > 0.2
        assert step.exponent.median < step.last.median < 1

    def test_two_values(self):
        """Two values have a slope, and no line that could be wrong."""
        step = found(grown(1.0, values=(4, 8)))["train_step"]
        assert not step.exponent.known
        assert step.exponent.median == pytest.approx(step.last.median)
        assert step.last.known

    def test_memory(self):
        """Memory that does not grow has the exponent zero; it has no rounds to compare."""
        memory = found(grown(1.0))["process_memory"]
        assert memory.exponent.median == pytest.approx(0, abs=0.01)
        assert memory.last is None

    def test_gap(self):
        """A cell without figures is left out of the fit."""
        record = grown(1.0, values=(1, 2, 4))
        record.cells[1].gap = "the worker crashed"
        assert found(record)["train_step"].exponent.median == pytest.approx(1, abs=0.01)
