"""A benchmark of real worker processes, and what becomes of the cells that fail."""

from __future__ import annotations

import json
import re

import pytest

import zoo
from tests.bench.conftest import linear
from zoo.bench import derive
from zoo.bench.certificate import hash_of
from zoo.bench.record import QUANTITIES, Record, check
from zoo.bench.suite import Group, Suite
from zoo.errors import UsageError


def test_a_record_holds_all_that_was_measured(record):
    """Each cell has samples of every round and quantity, proof, memory, and what came once."""
    assert [cell.name for cell in record.cells] == [
        "linear/fake:eager/float32/cpu/b4/t1", "linear/mirror:eager/float32/cpu/b4/t1",
    ]  # fmt: skip
    for cell in record.cells:
        assert cell.gap is None
        seen = {(sample.round, sample.quantity) for sample in cell.samples}
        assert seen == {(round, what) for round in range(6) for what in QUANTITIES}
        assert {once.quantity for once in cell.once} == {
            "import", "load", "first_inference", "first_gradients", "first_train_step",
        }  # fmt: skip
        assert {each.quantity for each in cell.barrier} == set(QUANTITIES)
        assert cell.memory[0].kind == "process"
        assert cell.memory[0].bytes > 2**20


def test_a_record_fits_its_schema_and_keeps_its_command(record):
    """What is written is a record, and says how it came about."""
    data = json.loads(json.dumps(record.to_json()))
    check(data)
    assert data["command"] == ["zoo", "bench", "linear"]
    assert Record.from_json(data) == record


def test_the_certificate_is_for_the_source_that_was_timed(record):
    """Certificate, cell and stored source are one."""
    for cell in record.cells:
        assert cell.certificate.source == cell.source
        assert hash_of(record.sources[cell.source]) == cell.source
        assert cell.certificate.spec == cell.spec
        assert zoo.Spec.from_json(json.dumps(record.specs[cell.spec])).hash == cell.spec


def test_the_figures_are_derived_from_the_samples(record):
    """Deriving them again gives the same, and there is one for each quantity."""
    assert {figure["quantity"] for figure in record.figures} >= {*QUANTITIES, "process_memory"}
    assert len(derive.figures(record)) == len(record.figures)


def test_cells_take_turns_in_random_order(record):
    """Each round visits every cell once, not always in one order."""
    orders = set()
    for number in range(6):
        visits = {
            (sample.position, cell.backend)
            for cell in record.cells
            for sample in cell.samples
            if sample.round == number
        }
        assert sorted(position for position, _ in visits) == [0, 1]
        orders.add(tuple(backend for _, backend in sorted(visits)))
    assert len(orders) == 2


def test_what_was_set_is_read_back(record):
    """Facts, versions and variables of the worker's process stand in the record."""
    fake = record.cells[0].environment
    assert fake.facts["denormals"] == "flushed"
    assert fake.facts["threads"] == 1
    assert fake.variables["OMP_NUM_THREADS"] == "1"
    assert "numpy" in fake.versions
    assert fake.profile["name"] == "default"


def test_device_memory_is_kept_where_the_runtime_tells_it(record):
    """The fake says 4096 bytes; the mirror has no device."""
    kinds = [{each.kind: each.bytes for each in cell.memory} for cell in record.cells]
    assert kinds[0]["device"] == 4096
    assert set(kinds[1]) == {"process"}


def test_the_machine_and_its_ceilings_are_kept(record):
    """Samples of both ceilings, from before and after, in the dtype and threads of the cells."""
    found = {each.quantity: each for each in record.machines["m0"].ceilings}
    assert set(found) == {"matrix-product", "bandwidth"}
    for each in found.values():
        assert (each.dtype, each.threads, each.device) == ("float32", 1, "cpu")
        assert len(each.samples) == 10


def test_where_the_time_went_adds_up(record):
    """The parts, the rest among them, are the time that the blocks took."""
    assert set(record.spent) == {
        "ceilings", "starting", "checking", "timed", "warming", "statistics", "proving", "rest",
    }  # fmt: skip
    assert sum(record.spent.values()) <= record.wall_seconds


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("do_segfault", "crashed during time: SIGSEGV"),
        ("do_raise", r"raised during time: ValueError: shapes \(2,3\)"),
        ("do_nan", "inference gave numbers that are not finite"),
        ("do_hang", "hung during time: no reply within 5 s"),
        ("do_skip_the_barrier", r"the barrier is not real: \d calls of inference"),
        ("wrong_rate", "no parity certificate: 3 of 13 tensors disagree with the oracle"),
    ],
)
def test_a_cell_that_fails_is_a_gap_with_its_reason(troubled, order, reason):
    """Whatever the worker does, the record says so in the cell's place."""
    assert re.search(reason, troubled[order].gap)
    assert troubled[order].certificate is None


@pytest.mark.parametrize("order", ["linear", "do_work_behind_the_back"])
def test_the_others_go_on(troubled, order):
    """A good cell has its proof, also one whose framework returns early but has a barrier."""
    assert troubled[order].gap is None
    assert troubled[order].certificate is not None


def test_what_a_backend_cannot_express_is_a_gap(bench):
    """The fake knows one dense layer alone."""
    (cell,) = bench("mlp", "fake", preset="tiny").cells
    assert "only one dense layer" in cell.gap
    assert cell.source is None


def test_a_dtype_that_the_backend_lacks_is_a_gap(bench):
    """The reason has those that it computes in; nothing was started."""
    (cell,) = bench("mlp", "fake", preset="tiny", dtype="bfloat16").cells
    assert "Fake computes in float64, float32 here, not in bfloat16" in cell.gap
    assert cell.source is None


def test_a_device_that_is_not_there_is_a_gap(bench):
    """The fake computes on the CPU alone."""
    (cell,) = bench("mlp", "fake@gpu", preset="tiny").cells
    assert "fake cannot run here" in cell.gap


def test_processes_are_started_anew_as_the_suite_says(bench, tmp_path):
    """Two rounds a process make three processes of six rounds, each with what comes once."""
    path = tmp_path / "linear.json"
    path.write_text(linear().to_json())
    group = Group([str(path)], ["fake"], batches=[4], threads=[1])
    suite = Suite("often", "New processes.", [group], rounds_per_process=2, rounds_at_most=6)
    (cell,) = bench(suite).cells
    assert cell.gap is None
    assert {(s.round, s.process) for s in cell.samples} == {
        (0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3),
    }  # fmt: skip
    assert [once.process for once in cell.once if once.quantity == "import"] == [1, 2, 3]
    assert [barrier.process for barrier in cell.barrier] == [1, 1, 1]


def test_options_take_the_place_of_what_a_suite_says(bench):
    """A suite on another backend and batch, for a shorter time."""
    record = bench("quick", "fake", budget=0.01, batch=2)
    assert [cell.batch for cell in record.cells] == [2]
    assert record.settings.budget_seconds == 0.01
    assert record.suite["groups"][0]["backends"] == ["fake"]


@pytest.mark.parametrize(
    ("subjects", "options", "reason"),
    [
        (["quick", "mlp"], {}, "a suite is measured by itself"),
        ([], {}, "bench needs a suite"),
        ("quik", {}, "no suite or model 'quik'; did you mean quick"),
        ("mlp", {"backends": "torhc"}, "no backend 'torhc'"),
        ("mlp", {"profiles": ["fast"]}, "no execution profile 'fast'"),
        ("mlp", {"precision": 2.0}, "models: no suite: .*precision"),
        ("mlp", {"sweep": {"depth": [1]}}, "mlp has no argument depth"),
        ("mlp", {"sweep": {"batch": [1, 2]}, "batch": 3}, r"batch is either 3 or swept .*\[1, 2\]"),
        ("mlp", {"budget": float("inf")}, "models: no suite: .*float"),
        ("mlp", {"seed": 2**32}, "a seed of the bench is from 0 to 4294967295, got 4294967296"),
    ],
)
def test_bad_input_is_refused_in_words(bench, subjects, options, reason):
    """Nothing is started for what cannot be measured."""
    with pytest.raises(UsageError, match=reason):
        bench(subjects, **{"backends": "fake", **options})
