"""zoo/bench/faults.py: whoever edits a record by hand is told where."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.bench import synthetic
from zoo.bench.record import digest
from zoo.bench.verify import verify

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


def test_digest(data):
    """An edit anywhere shows in the digest."""
    data["created"] = "2026-11-22T20:30:00Z"
    (fault,) = verify(data).faults
    assert fault.where == "digest"


@pytest.mark.parametrize("field", ["seconds", "warmup"])
def test_sample(data, field):
    """An edited sample is named by cell and quantity, whether or not it moves a figure."""
    sample = data["cells"][0]["samples"][2]
    sample[field][0] *= 1.01
    assert faults(data) == [
        f"cell {NAME}: samples of train_step: are not the ones that the figure was derived from"
    ]
    assert verify(data).faults[0].where == "digest"


def test_round_left_out(data):
    """A round that was taken out, because it was slow perhaps, is missed."""
    samples = data["cells"][0]["samples"]
    data["cells"][0]["samples"] = [each for each in samples if each["round"] != 3]
    assert f"cell {NAME}: samples of inference: round 3 is missing" in faults(data)


@pytest.mark.parametrize("field", ["median", "low", "high", "rounds", "samples", "unit"])
def test_figure(data, field):
    """An edited figure is named by cell, quantity and field, with both values."""
    figure = data["figures"][2]
    old = figure[field]
    figure[field] = "min" if field == "unit" else old * 2
    assert faults(data) == [
        f"cell {NAME}: figure of train_step: {field}: is {figure[field]}, the samples give {old}"
    ]


def test_last_bits(data):
    """The last bits of a figure may be those of another version of a library."""
    data["figures"][2]["median"] *= 1 + 3e-16
    assert faults(data) == []


def test_figure_missing(data):
    """A figure that the samples give has to be there."""
    del data["figures"][2]
    assert faults(data) == [f"cell {NAME}: figure of train_step: is missing"]


def test_figure_invented(data):
    """A figure of nothing that was measured is one too many."""
    data["figures"].append({"cell": NAME, "quantity": "device_memory", "median": 1})
    assert faults(data) == [f"cell {NAME}: figure of device_memory: has no proven samples"]


@pytest.mark.parametrize("table", ["specs", "sources"])
def test_hashes(data, table):
    """A specification or source that is not what its hash says is named."""
    name = next(iter(data[table]))
    if table == "specs":
        data[table][name]["summary"] += "!"
    else:
        data[table][name] += "\n"
    (fault,) = faults(data)
    assert fault.startswith(f"{table[:-1]} {name[:12]}: has the hash ")


def test_specification_unreadable(data):
    """A specification that is none is named, and the rest is verified all the same."""
    name = next(iter(data["specs"]))
    data["specs"][name]["body"] = []
    (fault,) = faults(data)
    assert fault.startswith(f"spec {name[:12]}: cannot be read: ")


@pytest.mark.parametrize(
    ("field", "value"), [("mode", "graph"), ("dtype", "float64"), ("source", 64 * "0")]
)
def test_certificate_of_something_else(data, field, value):
    """A certificate that proves another thing than was timed is named with both."""
    proof = data["cells"][0]["certificate"]
    kept, proof[field] = proof[field], value
    found = faults(data)
    assert f"cell {NAME}: certificate: proves {field} {value}, the cell has {kept}" in found
    assert f"cell {NAME}: figure of train_step: has no proven samples" in found


@pytest.mark.parametrize("field", ["spec", "source", "machine"])
def test_reference(data, field):
    """A cell whose specification, source or machine is not in the record is named."""
    cell = data["cells"][0]
    cell[field] = 64 * "0"
    assert f"cell {NAME}: {field}: {64 * '0'} is not in the record" in faults(data)


@pytest.mark.parametrize("field", ["certificate", "samples of gradients"])
def test_without_reason(data, field):
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
def test_work(data, field):
    """Work that the specification does not count is named."""
    counts = data["cells"][0][field]
    old = counts["train_step"]
    counts["train_step"] = 2 * old
    assert faults(data) == [
        f"cell {NAME}: {field} of train_step: is {2 * old}, the specification counts {old}"
    ]


def test_twice(data):
    """Two cells of one name cannot be told apart."""
    data["cells"].append(data["cells"][0])
    assert f"cell {NAME}: stands there more than once" in faults(data)
