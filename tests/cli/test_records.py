"""The commands that read a record: what they print, where it goes, and how they end."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Callable

import pytest
from click.testing import CliRunner, Result

from tests.bench import synthetic
from zoo.bench.record import dumped
from zoo.cli.guard import Root
from zoo.cli.records import cite, diff, report, table, verify

NAME = "mlp/torch:eager/float32/cpu/b32/t1"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("COLUMNS", raising=False)
    commands = Root(
        "zoo", commands={each.name: each for each in (verify, diff, table, report, cite)}
    )
    return lambda *words: CliRunner().invoke(commands, list(map(str, words)))


@pytest.fixture
def path(tmp_path):
    """The file of a record, in a folder that is gone afterwards."""
    synthetic.record(batches=[8, 32]).save(tmp_path / "record.json")
    return tmp_path / "record.json"


@pytest.fixture
def edited(path):
    """The same with one sample edited by hand."""
    data = json.loads(path.read_text())
    data["cells"][1]["samples"][2]["seconds"][0] *= 2
    path.write_text(dumped(data))
    return path


class TestVerify:
    def test_untouched(self, run, path):
        """A record as it was measured passes."""
        result = run("verify", path)
        assert result.exit_code == 0
        assert result.stdout.startswith("verified: 4 cells, 28 figures derived again, 0 faults")

    def test_edited(self, run, edited):
        """One edited sample fails, and cell and quantity are named."""
        result = run("verify", edited)
        assert result.exit_code == 1
        assert f"cell {NAME}: samples of train_step: are not the ones" in result.stdout
        assert "fault digest: is" in result.stdout

    def test_json(self, run, edited):
        """The JSON says the same."""
        result = run("verify", edited, "--json")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["passed"] is False

    @pytest.mark.parametrize("text", ["{}", "no JSON", '{"a": NaN}', '{"a": 1e999}'])
    def test_no_record(self, run, tmp_path, text):
        """What is no record is bad input."""
        (tmp_path / "other.json").write_text(text)
        result = run("verify", tmp_path / "other.json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.count("\n") == 1


class TestDiff:
    def test_regression(self, run, path, tmp_path):
        """A slower record fails; the other way round it is faster and passes."""
        slow = tmp_path / "slow.json"
        synthetic.record(batches=[8, 32], seed=1, slower={"torch": 1.2}).save(slow)
        result = run("diff", path, slow)
        assert result.exit_code == 1
        assert "6 slower, 6 cannot tell" in result.stdout
        assert run("diff", slow, path).exit_code == 0
        assert run("diff", path, slow, "--tolerance", "0.5").exit_code == 0

    def test_machines(self, run, path, tmp_path):
        """Another machine is bad input, unless one says so."""
        record = synthetic.record(batches=[8, 32])
        record.machines["m0"].cpu = "Another"
        record.save(tmp_path / "other.json")
        result = run("diff", path, tmp_path / "other.json")
        assert result.exit_code == 2
        assert "--different-machines" in result.stderr
        assert run("diff", path, tmp_path / "other.json", "--different-machines").exit_code == 0

    def test_json(self, run, path):
        """The JSON has a verdict for each cell and quantity."""
        data = json.loads(run("diff", path, path, "--json").stdout)
        assert {each["verdict"] for each in data["changes"]} == {"cannot tell"}


class TestTable:
    @pytest.mark.parametrize(
        ("form", "begin"),
        [
            ("terminal", "Times of mlp\n"),
            ("markdown", "### Times of mlp\n"),
            ("latex", "% Needs"),
            ("csv", "model,backend,"),
            ("html", "<div "),
        ],
    )
    def test_formats(self, run, path, tmp_path, form, begin):
        """Each format goes to standard output or to a file."""
        shown = run("table", path, "--format", form)
        assert shown.exit_code == 0
        assert shown.stdout.startswith(begin)
        assert run("table", path, "--format", form, "-o", tmp_path / "table").stdout == ""
        assert (tmp_path / "table").read_text().startswith(begin)

    def test_where(self, run, path):
        """Conditions choose cells."""
        result = run(
            "table", path, "--format", "csv", "--where", "batch=8", "--where", "backend=torch"
        )
        rows = list(csv.DictReader(StringIO(result.stdout)))
        assert {(row["batch"], row["backend"]) for row in rows} == {("8", "torch")}

    def test_columns(self, run, path):
        """Columns can be chosen."""
        result = run("table", path, "--format", "markdown", "--columns", "load,train_step")
        assert "| backend | batch | load (ms) | train step (µs) |" in result.stdout

    def test_across(self, run, path):
        """One column stands across all settings."""
        result = run("table", path, "--across", "--format", "markdown")
        assert "| backend | mlp batch 8 | mlp batch 32 |" in result.stdout

    def test_growth(self, run, path):
        """Sweeps have a table of their own."""
        assert "Growth of mlp with batch" in run("table", path, "--growth").stdout

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--where", "batch"], "--where takes NAME=VALUE, such as model=mlp, got 'batch'"),
            (["--where", "batch=9"], "batch=9; known: 32, 8"),
            (["--columns", "train"], "no column 'train'"),
            (["--columns", "load", "--growth"], "--growth goes neither with --columns nor"),
            (
                ["--across", "--columns", "load,import"],
                "--across takes one column, got load,import",
            ),
            (["-o", "/absent/folder/table"], "there is no folder"),
        ],
    )
    def test_mistakes(self, run, path, words, message):
        """A mistake is one line and the exit code 2."""
        result = run("table", path, *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr

    def test_edited(self, run, edited):
        """A record that was edited is read with a warning."""
        result = run("table", edited)
        assert result.exit_code == 0
        assert "was edited after it was measured; zoo bench verify says where" in result.stderr

    def test_json(self, run, path, tmp_path):
        """The JSON has the figures."""
        figures = json.loads(run("table", path, "--json").stdout)
        assert len(figures) == 28
        both = ["--json", tmp_path / "figures.json", "-o", tmp_path / "table.md"]
        assert run("table", path, "--format", "markdown", *both).stdout == ""
        assert json.loads((tmp_path / "figures.json").read_text()) == figures
        assert "| torch" in (tmp_path / "table.md").read_text()
        assert {"cell", "quantity", "median", "low", "high"} <= set(figures[0])


class TestReport:
    def test_page(self, run, path, tmp_path):
        """The page goes to a file."""
        assert run("report", path, "-o", tmp_path / "page.html").exit_code == 0
        assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


class TestCite:
    def test_both(self, run, path):
        """BibTeX and the CITATION entry are printed, or one of them."""
        both = run("cite", path).stdout
        bibtex, cff = (run("cite", path, "--format", form).stdout for form in ("bibtex", "cff"))
        assert both == f"{bibtex}\n{cff}"
        assert bibtex.startswith("@misc{parityzoo-made-up-")
        assert cff.startswith("references:\n")
