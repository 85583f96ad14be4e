"""Facts of the machine and of this process."""

from __future__ import annotations

import pytest

from zoo.bench import environment


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("OMP_NUM_THREADS", True), ("TF_ENABLE_ONEDNN_OPTS", True), ("XLA_FLAGS", True),
        ("LD_PRELOAD", True), ("TF_CLI_CONFIG_FILE", False), ("HOME", False), ("TOKEN", False),
    ],
)  # fmt: skip
def test_variables_that_matter_are_kept_and_no_others(monkeypatch, name, kept):
    """Frameworks' own variables; nothing private, and none of Terraform's."""
    monkeypatch.setenv(name, "1")
    assert (environment.variables().get(name) == "1") is kept


def test_the_governor_is_read_where_there_is_one(monkeypatch, tmp_path):
    """Its first line, or nothing."""
    monkeypatch.setattr(environment, "GOVERNOR", tmp_path / "governor")
    assert environment.machine().governor is None
    (tmp_path / "governor").write_text("performance\n")
    assert environment.machine().governor == "performance"


def test_gpus_are_those_that_the_driver_lists(monkeypatch, tmp_path):
    """One model's name for each."""
    for number in (0, 1):
        (tmp_path / str(number)).mkdir()
        text = f"Model: \t\t NVIDIA {number}\nIRQ: 7\n"
        (tmp_path / str(number) / "information").write_text(text)
    monkeypatch.setattr(environment, "GPUS", tmp_path)
    assert environment.machine().gpus == ["NVIDIA 0", "NVIDIA 1"]


def test_the_machine_has_a_processor_cores_memory_and_a_blas():
    """None of it is empty."""
    found = environment.machine()
    assert found.cpu
    assert found.cores == len(found.affinity) >= 1
    assert found.memory_bytes > 2**28
    assert found.libraries
