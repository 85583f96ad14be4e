"""zoo/bench/diff.py: two records, cell by cell."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from tests.bench import synthetic
from zoo.bench.diff import Difference, diff
from zoo.errors import UsageError


def verdicts(found: Difference) -> dict[str, set[str]]:
    """Verdicts by backend."""
    told: dict[str, set[str]] = {}
    for change in found.changes:
        told.setdefault(change.cell.split("/")[1].split(":")[0], set()).add(change.verdict)
    return told


def printed(found: Difference) -> str:
    console = Console(file=StringIO(), width=150)
    console.print(found)
    return console.file.getvalue()


def test_the_same():
    """Two records of the same programs differ by noise, of which nothing can be told."""
    found = diff(synthetic.record(seed=1), synthetic.record(seed=2))
    assert verdicts(found) == {"torch": {"cannot tell"}, "mxnet": {"cannot tell"}}
    assert (found.passed, found.exit_code) == (True, 0)


def test_a_regression():
    """A backend that takes ten per cent longer is slower, and the command fails."""
    found = diff(synthetic.record(seed=1), synthetic.record(seed=2, slower={"mxnet": 1.1}))
    assert verdicts(found) == {"torch": {"cannot tell"}, "mxnet": {"slower"}}
    assert (found.passed, found.exit_code) == (False, 1)
    ratio = next(change.ratio for change in found.changes if change.verdict == "slower")
    assert ratio.low < 1.1 < ratio.high


def test_an_improvement():
    """A backend that takes less time is faster, and nothing fails."""
    found = diff(synthetic.record(seed=1), synthetic.record(seed=2, slower={"mxnet": 0.9}))
    assert verdicts(found)["mxnet"] == {"faster"}
    assert found.passed


def test_tolerance():
    """A change within the tolerance does not count, however sure it is."""
    pair = (
        synthetic.record(noise=1e-4),
        synthetic.record(noise=1e-4, seed=2, slower={"torch": 1.03}),
    )
    assert verdicts(diff(*pair))["torch"] == {"slower"}
    assert verdicts(diff(*pair, tolerance=0.05))["torch"] == {"cannot tell"}


def test_few_rounds():
    """Rounds that are too few for an interval tell nothing, whatever the medians are."""
    found = diff(synthetic.record(rounds=5), synthetic.record(rounds=5, slower={"torch": 3}))
    assert verdicts(found)["torch"] == {"cannot tell"}


def test_a_figure_that_is_gone():
    """A cell that had figures and now has a gap is a regression, with the reason."""
    a, b = synthetic.record(), synthetic.record()
    b.cells[0].gap = "the worker crashed"
    found = diff(a, synthetic.derived(b))
    assert verdicts(found)["torch"] == {"gone"}
    assert not found.passed
    assert "the worker crashed" in printed(found)


def test_a_gap_that_is_filled():
    """A cell that had a gap has nothing to be compared with."""
    a, b = synthetic.record(), synthetic.record()
    a.cells[0].gap = "the worker crashed"
    assert verdicts(diff(synthetic.derived(a), b)) == {"mxnet": {"cannot tell"}}


def test_another_specification():
    """A name that means another model now is no pair."""
    a, b = synthetic.record(), synthetic.record()
    other = 64 * "0"
    b.cells[0].spec = b.cells[0].certificate.spec = other
    found = diff(a, b)
    assert {change.reason for change in found.changes if change.verdict == "gone"} == {
        "is of another specification"
    }


def test_a_machine_that_is_missing():
    """It cannot be said what was compared."""
    a, b = synthetic.record(), synthetic.record()
    b.cells[0].machine = "m7"
    with pytest.raises(UsageError, match="its machine 'm7' is not in its record"):
        diff(a, b)


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_is_a_share(tolerance):
    """Not a number would call nothing slower."""
    with pytest.raises(UsageError, match=r"a tolerance is a share such as 0\.05, got"):
        diff(synthetic.record(), synthetic.record(), tolerance=tolerance)


@pytest.mark.parametrize(
    ("field", "value"), [("cpu", "Another CPU"), ("cores", 64), ("memory_bytes", 7 * 2**30)]
)
def test_another_machine(field, value):
    """Records of different machines are compared only by those who say that they are."""
    a, b = synthetic.record(), synthetic.record()
    was = getattr(b.machines["m0"], field)
    setattr(b.machines["m0"], field, value)
    with pytest.raises(UsageError, match=f"different machines: {field} {was} → {value}"):
        diff(a, b)
    found = diff(a, b, different_machines=True)
    assert f"different machines: {field} {was} → {value}" in printed(found)


def test_a_few_pages_of_memory():
    """What the kernel keeps for itself varies from start to start."""
    a, b = synthetic.record(), synthetic.record()
    b.machines["m0"].memory_bytes -= 4096
    assert not diff(a, b).notes


def test_what_else_changed():
    """Versions and sources that are not the same are told."""
    a, b = synthetic.record(), synthetic.record()
    b.cells[0].environment.versions["torch"] = b.cells[0].certificate.version = "2.14.0"
    b.cells[1].source = b.cells[1].certificate.source = b.cells[0].source
    b.machines["m0"].governor = "powersave"
    assert diff(a, b).notes == (
        "governor None → powersave",
        "torch: torch 2.13.0 → 2.14.0",
        f"{a.cells[1].name}: another source",
    )


def test_cells_of_one_side():
    """Cells that only one record has are named and not judged."""
    found = diff(synthetic.record(), synthetic.record(backends=["torch", "chainer"]))
    assert verdicts(found) == {"torch": {"cannot tell"}}
    assert found.alone == (
        "only in A: mlp/mxnet:hybrid/float32/cpu/b32/t1",
        "only in B: mlp/chainer:eager/float32/cpu/b32/t1",
    )


def test_nothing_in_common():
    """Records without a common cell are bad input."""
    with pytest.raises(UsageError, match="no cell in common: A has mlp/torch"):
        diff(synthetic.record(), synthetic.record(batches=[64]))


def test_json():
    """The JSON has what is printed."""
    data = diff(synthetic.record(), synthetic.record()).to_json()
    assert data["passed"] is True
    assert {"cell", "quantity", "before", "after", "ratio", "verdict"} <= set(data["changes"][0])


def test_many():
    """Of many cells those are printed of which something can be told, and all are counted."""
    batches = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    a = synthetic.record(batches=batches, noise=1e-3)
    b = synthetic.record(batches=batches, noise=1e-3, slower={"mxnet": 1.5})
    lines = printed(diff(a, b)).splitlines()
    assert sum("torch:eager" in line for line in lines) == 0
    assert sum("slower" in line for line in lines) == 33 + 1
    assert any(line.startswith("33 slower, 33 cannot tell") for line in lines)
