"""zoo/bench/doubts.py: what is true of a record and makes its figures say less."""

from __future__ import annotations

from tests.bench import synthetic
from zoo.bench.record import Record
from zoo.bench.verify import verify

NAME = "mlp/torch:eager/float32/cpu/b32/t1"


def doubts(record: Record) -> list[str]:
    found = verify(synthetic.derived(record).to_json())
    assert found.passed
    return [str(each) for each in found.findings]


def test_noise():
    """A figure less precise than was wanted is doubted, with both percentages."""
    found = doubts(synthetic.record(noise=0.1, backends=["torch"]))
    (noisy,) = [each for each in found if "from the median, 2.0 % were wanted" in each]
    assert noisy.startswith(f"cell {NAME}: intervals reach ")
    assert "% (train_step)" in noisy


def test_ceilings():
    """Work that is done faster than the machine's own ceiling says that one of them is wrong."""
    record = synthetic.record(backends=["torch"])
    record.machines["m0"].ceilings[0].samples = [1e6]
    assert f"cell {NAME}: inference: does " in "\n".join(doubts(record))


def test_rounds():
    """Fewer rounds than the settings ask for are doubted."""
    found = doubts(synthetic.record(rounds=5))
    assert f"cell {NAME}: samples of inference: 5 rounds, the settings ask for 6" in found


def test_drift():
    """Times that rise steadily from round to round are doubted."""
    record = synthetic.record(noise=0.001)
    for sample in record.cells[0].samples:
        if sample.quantity == "inference":
            sample.seconds = [x * (1 + 0.01 * sample.round) for x in sample.seconds]
    found = [each for each in doubts(record) if "rise by" in each]
    assert len(found) == 1
    assert found[0].startswith(f"cell {NAME}: samples of inference: rise by ")


def test_processes():
    """Processes that differ although their rounds agree make an interval over rounds wrong."""
    record = synthetic.record(rounds=16, noise=0.0005)
    for sample in record.cells[0].samples:
        sample.process = 1 + sample.round // 4
        sample.seconds = [x * (1 + 0.1 * (sample.process % 3)) for x in sample.seconds]
    assert any("processes differ by up to" in each for each in doubts(record))


def test_machines():
    """Cells of several machines are doubted, since they cannot be compared."""
    record = synthetic.record()
    record.machines["m1"] = record.machines["m0"]
    record.cells[1].machine = "m1"
    assert "machines: are 2; only cells of the same one can be compared" in doubts(record)


def test_versions():
    """One backend in two versions is doubted."""
    record = synthetic.record(batches=[1, 2])
    record.cells[0].environment.versions["numpy"] = "2.3.0"
    assert doubts(record) == ["backend torch: ran with different versions of numpy: 2.3.0, 2.4.6"]
