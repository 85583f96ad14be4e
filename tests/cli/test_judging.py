"""`zoo parity` and `zoo compare` hand over what was typed, and print what comes back."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from zoo import envs
from zoo.errors import BackendUnavailable
from zoo.models import registry


class Report:
    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"passed": False, "rows": [{"error": float("nan")}]}

    def __rich_console__(self, console: Any, options: Any) -> Any:
        yield "the report"


class Judge:
    """Stands in for `parity` and `compare`, and remembers how it was called."""

    def __call__(self, subjects: Any, backends: Any, *, progress: Any, **options: Any) -> Report:
        progress("at work")
        self.subjects = subjects
        self.backends = [str(target) for target in backends]
        self.options = options
        return Report()


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, pretend: Any) -> Judge:
    judge = Judge()
    monkeypatch.setitem(sys.modules, "zoo.parity", SimpleNamespace(parity=judge))
    monkeypatch.setitem(sys.modules, "zoo.comparison", SimpleNamespace(compare=judge))
    monkeypatch.setattr(envs, "create", lambda backend: None)
    return judge


def test_parity_has_the_documented_defaults(zoo, judge) -> None:
    """The default preset on every backend; what was not given is the judge's to decide."""
    result = zoo("parity", "mlp")
    assert judge.subjects == [registry.build("mlp")]
    assert judge.backends == ["pretend:eager"]
    assert judge.options == {
        "dtype": "float64", "batch": 8, "steps": 20, "seed": 0, "python": {}, "locate": True,
    }  # fmt: skip
    assert (result.exit_code, result.stdout, result.stderr) == (1, "the report\n", "")


def test_parity_hands_over_every_option(zoo, judge) -> None:
    """Models, targets in order, numbers and interpreters."""
    words = "mlp lenet5 --preset tiny --set classes=4 --backends pretend:graph,pretend"
    options = "--dtype float32 --batch 2 --steps 1 --seed 7 --threads 2 --timeout 9"
    more = ["--python", "pretend=/p", "--no-locate", "--evidence", "folder"]
    zoo("parity", *words.split(), *options.split(), *more)
    assert judge.subjects == [registry.build(m, "tiny", classes=4) for m in ("mlp", "lenet5")]
    assert judge.backends == ["pretend:graph", "pretend:eager"]
    assert judge.options == {
        "dtype": "float32", "batch": 2, "steps": 1, "seed": 7, "threads": 2, "timeout": 9,
        "python": {"pretend": "/p"}, "locate": False, "evidence": "folder",
    }  # fmt: skip


def test_compare_takes_all_models_by_default(zoo, judge) -> None:
    """One epoch, names instead of specifications."""
    assert zoo("compare").exit_code == 1
    assert tuple(judge.subjects) == registry.MODELS
    assert judge.options == {"train": 1, "seed": 0, "python": {}}
    zoo("compare", "mlp", "--train", "5")
    assert tuple(judge.subjects) == ("mlp",)
    assert judge.options["train"] == 5


def test_json_on_standard_output_stands_alone(zoo, judge) -> None:
    """Nothing else is printed, and NaN, which is no JSON, is null."""
    result = zoo("parity", "mlp", "--json")
    assert json.loads(result.stdout) == {"passed": False, "rows": [{"error": None}]}
    assert result.exit_code == 1


def test_json_in_a_file_leaves_the_report_on_the_screen(zoo, judge, tmp_path) -> None:
    """The exit code is the report's in either case."""
    result = zoo("parity", "mlp", "--json", tmp_path / "r.json")
    assert (result.exit_code, result.stdout) == (1, "the report\n")
    assert json.loads((tmp_path / "r.json").read_text())["passed"] is False


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["parity"], "missing argument 'MODEL...'; see zoo parity --help"),
        (["parity", "mpl"], "no model 'mpl'; did you mean mlp?"),
        (["compare", "mpl"], "no model 'mpl'; did you mean mlp?"),
        (["parity", "mlp", "--backends", "pretnd"], "no backend 'pretnd': did you mean pretend?"),
        (
            ["parity", "mlp", "--backends", "pretend:grph"],
            "pretend has no mode 'grph': did you mean graph?",
        ),
        (
            ["compare", "--python", "pretend"],
            "--python takes BACKEND=PATH, such as torch=python3, got 'pretend'",
        ),
        (["compare", "--python", "prtend=x"], "no backend 'prtend': did you mean pretend?"),
        (
            ["parity", "--json", "mlp", "lenet5"],
            "--json took 'mlp' as its FILE; put --json last, or write --json - mlp",
        ),
        (
            ["compare", "--json", "/nowhere/r.json"],
            "cannot write /nowhere/r.json: there is no folder /nowhere",
        ),
    ],
)
def test_bad_words_are_refused_before_any_work(zoo, judge, words, line) -> None:
    """One line, exit code 2, and the judge was not called."""
    result = zoo(*words)
    assert (result.exit_code, result.stderr) == (2, f"zoo: {line}\n")
    assert not hasattr(judge, "subjects")


def test_missing_environments_are_built_before_the_run(zoo, judge, monkeypatch) -> None:
    """One that fails is the report's to tell of; one that is given is not built."""
    built = []

    def create(backend: Any) -> None:
        built.append(backend.name)
        raise BackendUnavailable(backend.name, "no disk", "buy one")

    monkeypatch.setattr(envs, "create", create)
    assert zoo("parity", "mlp", "--backends", "pretend,pretend:graph").stdout == "the report\n"
    zoo("parity", "mlp", "--python", "pretend=/p")
    assert built == ["pretend"]
