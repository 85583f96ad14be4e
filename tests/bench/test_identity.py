"""zoo/bench/identity.py: what a record and its machines are called."""

from __future__ import annotations

from tests.bench import synthetic
from zoo.bench.identity import fingerprint, machines, title


def test_fingerprint_is_of_the_content():
    """The digest is that of what the record holds, in memory or in its file."""
    record = synthetic.record()
    before = fingerprint(record)
    assert before == record.to_json()["digest"]
    record.cells[0].gap = "edited"
    assert fingerprint(record) != before


def test_names():
    """A title names suite, models and backends; machines are named that the cells ran on."""
    record = synthetic.record(models=["mlp", "lenet5"])
    record.machines["m1"] = record.machines["m0"]
    assert title(record) == "Benchmark record made-up: mlp, lenet5 on torch, mxnet"
    assert machines(record, record.cells) == "Imaginary CPU 3000, 2 cores, 8 GiB, Linux"
    for system, name in (
        ("Linux-6.1.12-somebodys-build-x86_64-with-glibc2.36", "Linux 6.1.12"),
        ("macOS-14.5-arm64-arm-64bit", "macOS 14.5"),
    ):
        record.machines["m0"].os = system
        assert machines(record, record.cells).endswith(f", {name}")
