"""Facts of the machine and of this process."""

from __future__ import annotations

from zoo.bench import environment


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
