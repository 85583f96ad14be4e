"""`zoo bench` in this process, with a backend that has no worker."""

from __future__ import annotations

import json
import os

import pytest

from tests.cli.conftest import lines
from zoo.bench.record import Record


@pytest.fixture
def bench(zoo, pretend, monkeypatch, tmp_path):
    """Calls `zoo bench` in an empty folder; no environment can be built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("zoo.bench.ceilings.SIZE", 16)
    monkeypatch.setattr("zoo.bench.ceilings.COPIED", 2**12)
    return lambda *words: zoo("bench", *words)


def test_models_are_measured_without_naming_a_subcommand(bench, tmp_path):
    """The record is written, the gap printed, and the exit code says that there is one."""
    done = bench("lenet5", "--preset", "tiny", "--python", "pretend=/nowhere", "-o", "record.json")
    assert done.exit_code == 1
    record = Record.load(tmp_path / "record.json")
    (cell,) = record.cells
    assert cell.backend == "pretend"
    assert "pretend cannot run here" in cell.gap
    printed = lines(done.stdout)
    assert [line for line in printed if line.startswith(" pretend:") and line.endswith("[1]")]
    assert [line for line in printed if line.startswith("[1] pretend cannot run here")]
    assert "the record is in record.json" in done.stderr


def test_without_a_file_the_record_goes_to_one_named_after_suite_and_time(bench, tmp_path):
    """Nothing that was measured is lost."""
    bench("lenet5", "--preset", "tiny", "--python", "pretend=/nowhere")
    (path,) = tmp_path.glob("bench-models-*.json")
    assert Record.load(path).suite["name"] == "models"


def test_json_to_standard_output_is_the_record_and_nothing_else(bench, tmp_path):
    """And no file is written."""
    done = bench("lenet5", "--preset", "tiny", "--python", "pretend=/nowhere", "--json")
    assert json.loads(done.stdout)["schema"] == "parityzoo/bench/1"
    assert not list(tmp_path.glob("*.json"))


def test_a_sweep_is_cells(bench, tmp_path):
    """Each batch is one, and the settings are those of the options."""
    bench(
        "lenet5", "--preset", "tiny", "--sweep", "batch=2,4", "--threads", "1", "--budget", "3",
        "--precision", "0.1", "--rounds", "8", "--profile", "default,passive", "--seed", "5",
        "--python", "pretend=/nowhere", "-o", "record.json",
    )  # fmt: skip
    record = Record.load(tmp_path / "record.json")
    assert [(cell.batch, cell.threads, cell.profile) for cell in record.cells] == [
        (2, 1, "default"), (2, 1, "passive"), (4, 1, "default"), (4, 1, "passive"),
    ]  # fmt: skip
    found = record.settings
    assert (found.budget_seconds, found.precision, found.rounds_at_least, found.seed) == (
        3, 0.1, 8, 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            (),
            "zoo bench takes a suite (quick, models, cpu, gpu), models, "
            "or one of: measure, selftest",
        ),
        (("quik",), "no suite or model 'quik'; did you mean quick"),
        (("mlp", "--sweep", "batch"), "--sweep takes NAME=VALUE"),
        (("mlp", "--backends", "pretense"), "no backend 'pretense': did you mean pretend"),
        (("mlp", "--preset", "huge"), "mlp has no preset"),
        (("mlp", "-o", "no/such/folder.json"), "cannot write no/such/folder.json"),
        (("mine.json",), "cannot read mine.json"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(bench, words, said):
    """Before anything is started."""
    done = bench(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_refused_first(bench, tmp_path, monkeypatch):
    """The record has no name yet; it would be lost after all was measured."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    done = bench("mlp", "--preset", "tiny", "--backends", "pretend")
    assert (done.exit_code, "permission denied" in done.stderr) == (2, True)


def test_help_shows_what_there_is(bench):
    """The group's help lists its commands, and that of measuring its options."""
    assert "selftest" in bench("--help").stdout
    assert "--sweep" in bench("quick", "--help").stdout


def test_the_selftest_passes_its_options_on(bench, monkeypatch):
    """And its exit code is the report's."""
    asked = {}

    class Report:
        exit_code = 1

        def to_json(self):
            return {"passed": False}

    def selftest(**options):
        asked.update(options)
        return Report()

    monkeypatch.setattr("zoo.bench.selftest.selftest", selftest)
    done = bench("selftest", "--backend", "pretend", "--simulated", "3", "--real", "0", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"passed": False}
    assert (asked["backend"], asked["simulated"], asked["real"]) == ("pretend", 3, 0)
