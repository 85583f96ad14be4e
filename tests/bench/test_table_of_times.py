"""zoo/bench/table_of_times.py and columns.py: the table says what the figures carry."""

from __future__ import annotations

import pytest

from tests.bench import synthetic
from zoo.bench import derive
from zoo.bench.columns import PAPER
from zoo.bench.table import Entry
from zoo.bench.table_of_times import times
from zoo.errors import UsageError


def test_what_varies_is_a_column():
    """Settings that differ stand in the rows, the others in the caption."""
    found = times(synthetic.record(batches=[8, 1]))
    assert found.labels == ("backend", "batch")
    assert [row.labels for row in found.sections[0].rows] == [
        ("torch:eager", "8"), ("mxnet:hybrid", "8"), ("torch:eager", "1"), ("mxnet:hybrid", "1"),
    ]  # fmt: skip
    assert "Dtype float32, device cpu, threads 1." in found.caption


def test_a_section_a_model():
    """Each model has its rows."""
    found = times(synthetic.record(models=["mlp", "lenet5"]))
    assert [(section.title, len(section.rows)) for section in found.sections] == [
        ("mlp", 2), ("lenet5", 2),
    ]  # fmt: skip


def test_columns_that_have_values():
    """A column that nothing was measured for is left out, unless it was asked for."""
    record = synthetic.record()
    assert not any("device" in name for name in times(record).columns)
    (heading,) = times(record, columns=["device_memory"]).columns
    assert heading == "device\nmemory"


def test_entries_are_the_figures():
    """An entry is the median with its interval in the unit of the heading."""
    record = synthetic.record()
    found = times(record, columns=["train_step", "train_step_share", "import"])
    cell = record.cells[0]
    figure = derive.by_cell(record)[cell.name, "train_step"]
    step, share, imported = found.sections[0].rows[0].entries
    assert found.columns[0] == "train step (µs)"
    assert float(step.text) == pytest.approx(figure.median * 1e6, rel=0.01)
    low, high = map(float, step.interval.strip("[]").split(", "))
    assert (low, high) == pytest.approx((figure.low * 1e6, figure.high * 1e6), rel=0.01)
    of_ceiling = 100 * cell.flops["train_step"] / figure.median / 6e10
    assert float(share.text) == pytest.approx(of_ceiling, rel=0.01)
    assert imported.interval == ""
    assert any(each.startswith("Without an interval: from fewer than 6") for each in found.caption)


def test_marks():
    """The fastest is marked in the columns of time, and the caption says what that means."""
    found = times(synthetic.record(noise=1e-4), columns=["train_step", "train_step_rate"])
    torch, mxnet = found.sections[0].rows
    assert [entry.marked for entry in torch.entries] == [True, False]
    assert [entry.marked for entry in mxnet.entries] == [False, False]
    assert any(each.startswith("Bold: the fastest") for each in found.caption)


def test_marks_of_what_is_too_noisy_for_a_figure():
    """It may be the fastest all the same; else the second would be taken for it."""
    found = times(synthetic.record(noise=0.9, slower={"mxnet": 1000.0}), columns=PAPER)
    torch, mxnet = found.sections[0].rows
    assert all(entry.text.startswith("±") and entry.marked for entry in torch.entries)
    assert not any(entry.marked for entry in mxnet.entries)


def test_too_noisy():
    """A figure whose interval says nothing is not shown; how wide it is is."""
    found = times(synthetic.record(noise=0.9), columns=PAPER)
    texts = [entry.text for entry in found.sections[0].rows[0].entries]
    assert all(text.startswith("±") and text.endswith(" %") for text in texts)
    assert any(each.startswith("±: too noisy") for each in found.caption)


def test_no_figure_without_proof():
    """A cell without a certificate is a row with dashes and a reason."""
    record = synthetic.record()
    record.cells[0].certificate = None
    found = times(record)
    torch, mxnet = found.sections[0].rows
    assert (torch.notes, mxnet.notes) == ((1,), ())
    assert set(torch.entries) == {Entry()}
    assert found.notes == ("no parity certificate",)


def test_no_ceiling():
    """Without a ceiling of the same kind there is no share of it."""
    record = synthetic.record()
    record.machines["m0"].ceilings = []
    assert not any("ceiling" in heading for heading in times(record).columns)


def test_unknown_column():
    """A column that there is not is answered with the nearest."""
    with pytest.raises(UsageError, match="no column 'train'; did you mean train_step"):
        times(synthetic.record(), columns=["train"])
