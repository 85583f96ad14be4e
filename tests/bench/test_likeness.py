"""zoo/bench/likeness.py: what may be compared, and what may be said of it."""

from __future__ import annotations

import attrs
import pytest

from tests.bench import synthetic
from zoo.bench import derive
from zoo.bench.likeness import described, fastest, groups, select, varying
from zoo.errors import UsageError


def test_groups_differ_in_the_backend_alone():
    """Cells are compared only within one model, batch, number of threads and so on."""
    record = synthetic.record(models=["mlp", "lenet5"], batches=[1, 8], threads=[1, 2])
    found = groups(record.cells)
    assert len(found) == 8
    for cells in found.values():
        assert [cell.backend for cell in cells] == ["torch", "mxnet"]
        assert set(varying(cells)) == {"backend", "mode"}


def test_arguments_make_another_setting():
    """The same model with another width is another thing to compare."""
    record = synthetic.record(arguments=[{"hidden": [16, 16]}, {"hidden": [32, 32]}])
    assert len(groups(record.cells)) == 2
    assert varying(record.cells) == ["backend", "mode", "hidden"]
    assert described(record.cells[0])["hidden"] == "16+16"


class TestFastest:
    def chosen(self, **settings) -> list[str]:
        record = synthetic.record(backends=["torch", "jax", "chainer"], **settings)
        names = fastest(derive.by_cell(record), record.cells, "train_step")
        return [cell.backend for cell in record.cells if cell.name in names]

    def test_one(self):
        """A backend whose interval lies below all others is the fastest."""
        assert self.chosen(noise=1e-4) == ["torch"]

    def test_overlap(self):
        """Backends whose intervals overlap with the least are not told from it."""
        assert self.chosen(noise=0.03) == ["torch", "jax"]

    def test_all_overlap(self):
        """Where all intervals overlap, nothing is marked."""
        assert self.chosen(noise=1e-2, slower={"jax": 1 / 1.02, "chainer": 1 / 2.2}) == []

    def test_nothing_is_known(self):
        """Medians without intervals are not ranked."""
        assert self.chosen(rounds=5) == []

    def test_one_is_not_known(self):
        """A median without an interval, the least or not, cannot be told from the fastest."""
        record = synthetic.record(backends=["torch", "jax", "chainer"], noise=1e-4)
        for few, wanted in ((0, set()), (2, {0, 2})):
            figures = dict(derive.by_cell(record))
            key = (record.cells[few].name, "train_step")
            figures[key] = attrs.evolve(figures[key], low=None, high=None)
            names = {record.cells[index].name for index in wanted}
            assert fastest(figures, record.cells, "train_step") == names

    def test_alone(self):
        """A backend without company is not the fastest."""
        record = synthetic.record(backends=["torch"])
        assert fastest(derive.by_cell(record), record.cells, "train_step") == set()


@pytest.fixture(scope="module")
def cells():
    return synthetic.record(models=["mlp", "lenet5"], batches=[1, 8]).cells


class TestSelect:
    def test_conditions(self, cells):
        """All conditions hold for what is selected."""
        found = select(cells, {"model": "mlp", "batch": "8"})
        assert [(cell.model, cell.batch) for cell in found] == [("mlp", 8)] * 2
        assert select(cells, {}) == cells

    @pytest.mark.parametrize(
        ("wanted", "message"),
        [
            ({"modle": "mlp"}, "no cell of this record has a 'modle'; did you mean mode or model"),
            ({"model": "lenet"}, "has model=lenet; did you mean lenet5"),
            ({"batch": "3"}, "has batch=3; known: 1, 8"),
        ],
    )
    def test_unknown(self, cells, wanted, message):
        """A name or value that the record has not is answered with those that it has."""
        with pytest.raises(UsageError, match=message.replace("?", r"\?")):
            select(cells, wanted)

    def test_nothing(self, cells):
        """Values that never come together select nothing, and that is said."""
        some = [cell for cell in cells if (cell.model, cell.batch) != ("mlp", 8)]
        with pytest.raises(UsageError, match="model=mlp batch=8 all at once"):
            select(some, {"model": "mlp", "batch": "8"})
