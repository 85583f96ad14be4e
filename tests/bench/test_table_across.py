"""zoo/bench/table_across.py: one figure of all backends and models."""

from __future__ import annotations

import pytest

from tests.bench import synthetic
from zoo.bench.table import Entry
from zoo.bench.table_across import across
from zoo.errors import UsageError


def test_a_row_a_backend():
    """Models and what varies are columns, with one unit for all."""
    found = across(synthetic.record(models=["mlp", "lenet5"], batches=[8, 32]))
    assert found.columns == tuple(
        f"{model}\nbatch {batch}" for model in ("mlp", "lenet5") for batch in (8, 32)
    )
    (section,) = found.sections
    assert section.title == "train step (µs)"
    assert [row.labels for row in section.rows] == [("torch:eager",), ("mxnet:hybrid",)]
    assert all(entry.interval for row in section.rows for entry in row.entries)


def test_what_was_not_measured_is_told_from_gaps():
    """Only where the table has such a place."""
    record = synthetic.record(models=["mlp", "lenet5"])
    words = "– without a note: not in the record."
    assert words not in across(record).caption
    assert words in across(record, record.cells[1:]).caption


def test_marks_are_of_one_column():
    """The fastest is marked among what may be compared: one model in one setting."""
    found = across(synthetic.record(models=["mlp", "lenet5"], noise=1e-4))
    torch, mxnet = found.sections[0].rows
    assert [entry.marked for entry in torch.entries] == [True, True]
    assert [entry.marked for entry in mxnet.entries] == [False, False]


def test_gaps():
    """A gap is a dash, its reason a note of the row; a reason is told once."""
    record = synthetic.record(models=["mlp", "lenet5"])
    for cell in record.cells[::2]:
        cell.gap = "crashed"
    record.cells[1].gap = "hung"
    found = across(synthetic.derived(record))
    torch, mxnet = found.sections[0].rows
    assert (torch.notes, mxnet.notes) == ((1,), (2,))
    assert torch.entries == (Entry(), Entry())
    assert found.notes == ("crashed", "hung")


def test_a_cell_that_is_not_there():
    """A backend without a cell of some model has a dash, and no reason."""
    record = synthetic.record(models=["mlp", "lenet5"])
    del record.cells[-1]
    assert across(record).sections[0].rows[1].entries[1] == Entry()


def test_another_column():
    """Any column can be compared."""
    assert across(synthetic.record(), column="load").sections[0].title == "load (ms)"
    with pytest.raises(UsageError, match="no column 'lod'; did you mean load"):
        across(synthetic.record(), column="lod")
