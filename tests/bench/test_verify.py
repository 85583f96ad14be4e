"""zoo/bench/verify.py: whoever edits a record by hand is told where."""

from __future__ import annotations

import copy
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tests.bench import synthetic
from zoo.bench.record import Record, digest
from zoo.bench.verify import SHOWN, Verification, verify
from zoo.errors import UsageError

NAME = "mlp/torch:eager/float32/cpu/b32/t1"


@pytest.fixture(scope="module")
def untouched() -> dict[str, Any]:
    return synthetic.record().to_json()


@pytest.fixture
def data(untouched) -> dict[str, Any]:
    return copy.deepcopy(untouched)


def signed(data: dict[str, Any]) -> dict[str, Any]:
    """With the digest that somebody who edits with care writes."""
    return {**data, "digest": digest(data)}


def faults(data: dict[str, Any]) -> list[str]:
    found = verify(signed(data))
    assert found.exit_code == (1 if found.faults else 0)
    return list(map(str, found.faults))


def doubts(record: Record) -> list[str]:
    found = verify(synthetic.derived(record).to_json())
    assert found.passed
    return [str(each) for each in found.findings]


def printed(found: Verification) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(found)
    return console.file.getvalue()


class TestFaults:
    def test_untouched(self, data):
        """A record as it was written has neither faults nor doubts."""
        found = verify(data)
        assert (found.passed, found.findings, found.exit_code) == (True, (), 0)
        assert (found.cells, found.figures) == (2, len(data["figures"]))
        assert "verified: 2 cells" in printed(found)

    def test_another_file(self):
        """What is no record is bad input."""
        with pytest.raises(UsageError, match="no benchmark record"):
            verify({"schema": "parityzoo/bench/1"})

    def test_digest(self, data):
        """An edit anywhere shows in the digest."""
        data["created"] = "2026-11-22T20:30:00Z"
        (fault,) = verify(data).faults
        assert fault.where == "digest"

    @pytest.mark.parametrize("field", ["seconds", "warmup"])
    def test_sample(self, data, field):
        """An edited sample is named by cell and quantity, whether or not it moves a figure."""
        sample = data["cells"][0]["samples"][2]
        sample[field][0] *= 1.01
        assert faults(data) == [
            f"cell {NAME}: samples of train_step: are not the ones that the figure was derived from"
        ]
        assert verify(data).faults[0].where == "digest"

    def test_round_left_out(self, data):
        """A round that was taken out, because it was slow perhaps, is missed."""
        samples = data["cells"][0]["samples"]
        data["cells"][0]["samples"] = [each for each in samples if each["round"] != 3]
        assert f"cell {NAME}: samples of inference: round 3 is missing" in faults(data)

    @pytest.mark.parametrize("field", ["median", "low", "high", "rounds", "samples", "unit"])
    def test_figure(self, data, field):
        """An edited figure is named by cell, quantity and field, with both values."""
        figure = data["figures"][2]
        old = figure[field]
        figure[field] = "min" if field == "unit" else old * 2
        assert faults(data) == [
            f"cell {NAME}: figure of train_step: {field}: is {figure[field]}, "
            f"the samples give {old}"
        ]

    def test_last_bits(self, data):
        """The last bits of a figure may be those of another version of a library."""
        data["figures"][2]["median"] *= 1 + 3e-16
        assert faults(data) == []

    def test_figure_missing(self, data):
        """A figure that the samples give has to be there."""
        del data["figures"][2]
        assert faults(data) == [f"cell {NAME}: figure of train_step: is missing"]

    def test_figure_invented(self, data):
        """A figure of nothing that was measured is one too many."""
        data["figures"].append({"cell": NAME, "quantity": "device_memory", "median": 1})
        assert faults(data) == [f"cell {NAME}: figure of device_memory: has no proven samples"]

    @pytest.mark.parametrize("table", ["specs", "sources"])
    def test_hashes(self, data, table):
        """A specification or source that is not what its hash says is named."""
        name = next(iter(data[table]))
        if table == "specs":
            data[table][name]["summary"] += "!"
        else:
            data[table][name] += "\n"
        (fault,) = faults(data)
        assert fault.startswith(f"{table[:-1]} {name[:12]}: has the hash ")

    def test_specification_unreadable(self, data):
        """A specification that is none is named, and the rest is verified all the same."""
        name = next(iter(data["specs"]))
        data["specs"][name]["body"] = []
        (fault,) = faults(data)
        assert fault.startswith(f"spec {name[:12]}: cannot be read: ")

    @pytest.mark.parametrize(
        ("field", "value"), [("mode", "graph"), ("dtype", "float64"), ("source", 64 * "0")]
    )
    def test_certificate_of_something_else(self, data, field, value):
        """A certificate that proves another thing than was timed is named with both."""
        proof = data["cells"][0]["certificate"]
        kept, proof[field] = proof[field], value
        found = faults(data)
        assert f"cell {NAME}: certificate: proves {field} {value}, the cell has {kept}" in found
        assert f"cell {NAME}: figure of train_step: has no proven samples" in found

    @pytest.mark.parametrize("field", ["spec", "source", "machine"])
    def test_reference(self, data, field):
        """A cell whose specification, source or machine is not in the record is named."""
        cell = data["cells"][0]
        cell[field] = 64 * "0"
        assert f"cell {NAME}: {field}: {64 * '0'} is not in the record" in faults(data)

    @pytest.mark.parametrize("field", ["certificate", "samples of gradients"])
    def test_without_reason(self, data, field):
        """A cell that lacks proof or samples needs a gap that says why."""
        cell = data["cells"][0]
        if field == "certificate":
            cell["certificate"] = None
        else:
            cell["samples"] = [x for x in cell["samples"] if x["quantity"] != "gradients"]
        missing = f"cell {NAME}: {field}: {'is' if field == 'certificate' else 'are'} missing"
        assert f"{missing}, and no gap says why" in faults(data)
        cell["gap"] = "the worker crashed"
        data["figures"] = [each for each in data["figures"] if each["cell"] != NAME]
        assert faults(data) == []

    @pytest.mark.parametrize("field", ["flops", "bytes"])
    def test_work(self, data, field):
        """Work that the specification does not count is named."""
        counts = data["cells"][0][field]
        old = counts["train_step"]
        counts["train_step"] = 2 * old
        assert faults(data) == [
            f"cell {NAME}: {field} of train_step: is {2 * old}, the specification counts {old}"
        ]

    def test_twice(self, data):
        """Two cells of one name cannot be told apart."""
        data["cells"].append(data["cells"][0])
        assert f"cell {NAME}: stands there more than once" in faults(data)


class TestDoubts:
    def test_noise(self):
        """A figure less precise than was wanted is doubted, with both percentages."""
        found = doubts(synthetic.record(noise=0.1, backends=["torch"]))
        assert any("% from the median, 2.0% were wanted" in each for each in found)

    def test_rounds(self):
        """Fewer rounds than the settings ask for are doubted."""
        found = doubts(synthetic.record(rounds=5))
        assert f"cell {NAME}: samples of inference: 5 rounds, the settings ask for 6" in found

    def test_drift(self):
        """Times that rise steadily from round to round are doubted."""
        record = synthetic.record(noise=0.001)
        for sample in record.cells[0].samples:
            if sample.quantity == "inference":
                sample.seconds = [x * (1 + 0.01 * sample.round) for x in sample.seconds]
        found = [each for each in doubts(record) if "rise by" in each]
        assert len(found) == 1
        assert found[0].startswith(f"cell {NAME}: samples of inference: rise by ")

    def test_processes(self):
        """Processes that differ although their rounds agree make an interval over rounds wrong."""
        record = synthetic.record(rounds=16, noise=0.0005)
        for sample in record.cells[0].samples:
            sample.process = 1 + sample.round // 4
            sample.seconds = [x * (1 + 0.1 * (sample.process % 3)) for x in sample.seconds]
        assert any("processes differ by up to" in each for each in doubts(record))

    def test_machines(self):
        """Cells of several machines are doubted, since they cannot be compared."""
        record = synthetic.record()
        record.machines["m1"] = record.machines["m0"]
        record.cells[1].machine = "m1"
        assert "machines: are 2; only cells of the same one can be compared" in doubts(record)

    def test_versions(self):
        """One backend in two versions is doubted."""
        record = synthetic.record(batches=[1, 2])
        record.cells[0].environment.versions["numpy"] = "2.3.0"
        assert doubts(record) == [
            "backend torch: ran with different versions of numpy: 2.3.0, 2.4.6"
        ]

    def test_many_are_counted(self):
        """Of many findings some are printed and all are in the JSON."""
        record = synthetic.record(batches=[1, 2, 4, 8], noise=0.1)
        found = verify(record.to_json())
        more = len(found.findings) - SHOWN
        assert more > 0
        assert f"and {more} more doubts; --json lists them all" in printed(found)
        assert len(found.to_json()["findings"]) == len(found.findings)
