"""What a process says of itself."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import numpy as np
import pytest

from zoo.worker import facts


def test_versions_are_those_of_what_is_imported(monkeypatch):
    """Packages with a version, not their parts, and not Python's own."""
    made = ModuleType("made_up")
    made.__version__ = "7.1"
    monkeypatch.setitem(sys.modules, "made_up", made)
    monkeypatch.setitem(sys.modules, "made_up.part", made)
    found = facts.versions()
    assert found["made_up"] == "7.1"
    assert found["numpy"] == np.__version__
    assert "made_up.part" not in found
    assert not {"json", "re"} & set(found)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what is loaded from /proc")
def test_libraries_are_the_numeric_ones_that_are_loaded():
    """NumPy has brought a BLAS; the C library is none."""
    assert any("blas" in name.lower() or "mkl" in name for name in facts.libraries())
    assert not any(name.startswith("libc.") for name in facts.libraries())


@pytest.mark.parametrize(
    ("text", "expected"), [("VmPeak:\t 9 kB\nVmHWM:\t    1234 kB\n", 1234 * 1024), ("", None)]
)
def test_peak_memory_is_the_kernels_or_else_that_of_getrusage(
    monkeypatch, tmp_path, text, expected
):
    """Where the kernel gives no figure, there is still one."""
    (tmp_path / "status").write_text(text)
    monkeypatch.setattr(facts, "STATUS", tmp_path / "status")
    found = facts.peak_memory()
    assert found == expected if expected else found > 2**20


def test_facts_are_json():
    """All of them, with the cores that this process may use."""
    found = facts.facts()
    assert json.loads(json.dumps(found)) == found
    assert found["affinity"]


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
    assert (facts.variables().get(name) == "1") is kept
