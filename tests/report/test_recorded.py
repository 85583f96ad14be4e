"""zoo/report/recorded.py: what was timed, beside each other."""

from __future__ import annotations

import hashlib

from tests.bench import synthetic
from zoo.report.recorded import sources


def test_aligned_by_block():
    """Sources that the adapters here emit, too, stand in the rows of their blocks."""
    record = synthetic.record(models=["mlp", "lenet5"])
    found = sources(record)
    assert [each.spec.name for each in found] == ["mlp", "lenet5"]
    assert [column.name for column in found[0].columns] == ["torch", "mxnet"]
    assert {"header", "block", "model", "training"} <= {row.kind for row in found[0].rows}


def test_another_text_stands_whole():
    """A source that is emitted otherwise today is shown as it was, in the model's row."""
    record = synthetic.record()
    cell = record.cells[0]
    old = "# of long ago\n" + record.sources.pop(cell.source)
    cell.source = hashlib.sha256(old.encode()).hexdigest()
    record.sources[cell.source] = old
    (found,) = sources(record)
    assert found.columns[0].program.source == old
    (model,) = [row for row in found.rows if row.kind == "model"]
    assert model.cells[0][0].text == old.rstrip("\n")


def test_unknown_backend():
    """A source of an adapter that is not installed here is shown, too."""
    record = synthetic.record()
    record.cells[0].backend = "theano"
    (found,) = sources(record)
    assert found.columns[0].name == "theano"
    assert found.columns[0].program.source == record.sources[record.cells[0].source]


def test_modes_of_one_source():
    """Modes that share a source share a column; where they do not, each has its own."""
    record = synthetic.record(backends=["torch"], batches=[8, 32])
    record.cells[1].mode = "compile"
    assert [column.name for column in sources(record)[0].columns] == ["torch"]
    record.sources[64 * "0"] = "pass\n"
    record.cells[1].source = 64 * "0"
    assert [column.name for column in sources(record)[0].columns] == [
        "torch:eager", "torch:compile",
    ]  # fmt: skip
