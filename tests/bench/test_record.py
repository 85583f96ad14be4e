"""The record, its JSON and its schema."""

from __future__ import annotations

import json

import pytest

from zoo.bench.record import (
    Barrier,
    Ceiling,
    Cell,
    Certificate,
    Clock,
    Environment,
    Machine,
    Memory,
    Once,
    Record,
    Sample,
    Settings,
    check,
    digest,
    dumped,
)
from zoo.errors import UsageError

SPEC, SOURCE = 64 * "a", 64 * "b"


@pytest.fixture
def record() -> Record:
    """A record with one of everything."""
    proof = Certificate(SPEC, SOURCE, "torch", "eager", "2.13.0", "float32", 43, 1e-7, 0.08)
    counts = {"inference": 10, "gradients": 30, "train_step": 33}
    cell = Cell(
        name="mlp/torch:eager/float32/cpu/b32/t1", model="mlp", arguments={"preset": "tiny"},
        spec=SPEC, source=SOURCE, backend="torch", mode="eager", device="cpu", dtype="float32",
        batch=32, threads=1, profile="default", machine="m0", environment=Environment(),
        flops=counts, bytes=counts, certificate=proof,
        samples=[Sample(0, 3, 1, "inference", [2e-3], [1e-3, 1.1e-3])],
        once=[Once(0, 1, "import", 1.5)], memory=[Memory(0, 1, "process", 10**8)],
        barrier=[Barrier(0, 1, "inference", 4, [1e-3], [1e-5], [1e-5])],
    )  # fmt: skip
    ceiling = Ceiling("matrix-product", "float32", 1, "cpu", "FLOP/s", [1e11])
    machine = Machine("EPYC", 2, [0, 1], 10**10, "Linux", "6.1", None, [], [], {}, [ceiling])
    return Record(
        {"parityzoo": "0.1.0", "python": "3.11"}, "2026-11-21T20:30:00Z", 1.5, ["zoo", "bench"],
        {"name": "quick"}, Settings(), Clock("perf_counter", 1e-9), {"m0": machine}, {SPEC: {}},
        {SOURCE: "pass"}, [cell],
    )  # fmt: skip


def test_comes_back_from_its_file_as_it_was(record, tmp_path):
    """A record that is saved and loaded is equal, and so is its digest."""
    record.save(tmp_path / "record.json")
    again = Record.load(tmp_path / "record.json")
    assert again == record
    assert again.to_json()["digest"] == record.to_json()["digest"]


def test_the_text_is_plain_json(record):
    """What a record is written as says the same as the data, whatever the line breaks."""
    assert json.loads(dumped(record.to_json())) == record.to_json()


def test_the_digest_sees_one_changed_sample(record):
    """One nanosecond more in one sample makes another digest."""
    data = record.to_json()
    assert digest(data) == data["digest"]
    data["cells"][0]["samples"][0]["seconds"][0] += 1e-9
    assert digest(data) != data["digest"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("samples", [{"round": 0}]), ("dtype", 32), ("gap", True), ("invented", 1)],
)
def test_what_does_not_fit_the_schema_is_refused_with_its_place(record, field, value):
    """A cell with a field of another kind is refused in words that name the cell."""
    data = record.to_json()
    data["cells"][0][field] = value
    with pytest.raises(UsageError, match=r"no benchmark record: \$\.cells\[0\]"):
        check(data)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "parityzoo/bench/2"}'])
def test_another_file_is_refused(tmp_path, text):
    """A file that is no record is bad input, not a traceback."""
    (tmp_path / "record.json").write_text(text)
    with pytest.raises(UsageError):
        Record.load(tmp_path / "record.json")


def test_a_missing_file_is_named(tmp_path):
    """A path that leads nowhere is said to."""
    with pytest.raises(UsageError, match=r"cannot read .*absent\.json"):
        Record.load(tmp_path / "absent.json")
