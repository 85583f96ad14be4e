"""Selftests of the judge, and of judges that are no good."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any, Callable

import attrs
import pytest
from rich.console import Console

from zoo.errors import InternalError, UsageError
from zoo.parity.cell import Cell
from zoo.parity.compare import AGREES, DISAGREES
from zoo.selftest import FAULTS, SelftestReport
from zoo.selftest import run as running
from zoo.selftest.fault import Respecified
from zoo.selftest.report import ABSENT, CAUGHT, CRASHED, MISSED, REFUSED, WITHIN_ROUNDING
from zoo.selftest.run import selftest

SOME = ("batch norm's epsilon", "queries for keys", "residual left out", "learning rate")

Judged = Callable[..., SelftestReport]


def printed(report: SelftestReport) -> str:
    console = Console(file=StringIO(), width=300)
    console.print(report)
    return console.file.getvalue()


def verdicts(report: SelftestReport) -> dict[str, str]:
    return {each.fault.name: each.verdict for each in report.scores[0].outcomes}


def judge_by(monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    """Let every row of every cell have one verdict."""
    real = running.judged

    def judged(*arguments: Any) -> Cell:
        cell = real(*arguments)
        rows = [attrs.evolve(row, verdict=verdict, reason="so it is") for row in cell.rows]
        return attrs.evolve(cell, rows=rows)

    monkeypatch.setattr(running, "judged", judged)


def test_a_backend_that_is_the_oracle_meets_the_targets(judged: Judged) -> None:
    """Every fault that a specification or an array can have is caught where it is."""
    report = judged(clean=5)
    (score,) = report.scores
    assert set(score.verdicts) == {CAUGHT, REFUSED, ABSENT}
    assert score.planted == score.verdicts[CAUGHT] > 90
    assert score.right >= 0.95 * score.planted
    models = {each.fault.spec for each in score.outcomes if each.verdict != REFUSED}
    assert len(models) < score.clean <= len(models) + 5
    assert not score.alarms
    assert (report.passed, report.exit_code) == (True, 0)


def test_a_blind_judge_fails(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lets everything pass misses every fault, and each is told with its sentence."""
    judge_by(monkeypatch, AGREES)
    report = judged(faults=SOME, clean=2)
    assert verdicts(report) == dict.fromkeys(SOME, MISSED)
    assert (report.passed, report.exit_code) == (False, 1)
    for name in SOME:
        assert f"mirror:eager missed {name} ({FAULTS[name].sentence})" in printed(report)


def test_a_judge_that_cries_wolf_fails(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that finds fault with everything raises false alarms."""
    judge_by(monkeypatch, DISAGREES)
    report = judged(faults=(), clean=3)
    (score,) = report.scores
    assert len(score.alarms) == score.clean > 0
    assert (report.passed, report.exit_code) == (False, 1)
    assert "mirror:eager false alarm: fuzz0: evaluation output output: so it is" in printed(report)


def test_a_judge_that_names_the_wrong_layer_fails(
    judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To catch a fault is not enough; what was named and what should be stand in the report."""
    real = running.locate
    monkeypatch.setattr(running, "locate", lambda *a: attrs.evolve(real(*a), layer="last"))
    report = judged(faults=SOME, clean=0)
    (score,) = report.scores
    assert (score.verdicts[CAUGHT], score.right) == (len(SOME), 0)
    assert (report.passed, report.exit_code) == (False, 1)
    assert "named last, not norm: batch norm's epsilon" in printed(report)


def test_a_bound_that_is_wide_open_is_seen(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault would stand out of it, so none can be planted."""
    from zoo.parity import compare

    monkeypatch.setattr(compare, "FACTOR", 1e30)
    with pytest.raises(InternalError, match="changes nothing"):
        judged(faults=SOME, clean=0)


def test_a_fault_that_changes_nothing_is_a_mistake(
    judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be counted as missed, or as caught by accident."""
    spec = FAULTS["learning rate"].spec
    none = Respecified("none", "Nothing is wrong.", spec, ("optimizer",), spec)
    monkeypatch.setitem(FAULTS, "none", none)
    with pytest.raises(InternalError, match="the fault 'none' changes nothing in its model"):
        judged(faults=["none"], clean=0)


def test_what_rounding_hides_is_not_planted(judged: Judged) -> None:
    """In float32 nobody can see a weight that went through float32; the rest is caught."""
    report = judged(faults=["dense weight through float32", *SOME[:3]], clean=3, dtype="float32")
    assert verdicts(report) == {
        "dense weight through float32": WITHIN_ROUNDING,
        **dict.fromkeys(SOME[:3], CAUGHT),
    }
    assert report.passed


def test_a_score_says_on_which_device_it_was_made(target: Any) -> None:
    """As every other report does."""
    report = selftest([attrs.evolve(target, device="gpu")], faults=SOME[:1], clean=0)
    assert report.scores[0].mode == "eager@gpu"
    assert "mirror:eager@gpu" in printed(report)


def test_refused_and_absent_faults_are_not_counted_as_caught(judged: Judged) -> None:
    """A backend that has nothing but these has shown nothing."""
    report = judged(faults=["micro-batches summed", "stale gradients"], clean=0)
    assert verdicts(report) == {"micro-batches summed": REFUSED, "stale gradients": ABSENT}
    assert report.scores[0].planted == 0
    assert not report.passed


def test_a_program_that_falls_over_with_a_fault_is_not_counted_as_caught(
    judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge had nothing to judge."""
    judge_by(monkeypatch, "crashed")
    report = judged(faults=SOME[:1], clean=0)
    assert verdicts(report) == {SOME[0]: CRASHED}
    assert not report.passed


def test_a_backend_that_cannot_run_is_asked_once(target: Any, tmp_path: Path) -> None:
    """Nothing passed; exit code 3."""
    report = selftest([target], faults=SOME, clean=2, python={"mirror": str(tmp_path / "python")})
    assert report.scores[0].outcomes == []
    assert (report.passed, report.exit_code) == (False, 3)
    assert "To mend it" in printed(report)


def test_the_json_form_has_every_fault(judged: Judged) -> None:
    """The keys that other programs rely on."""
    data = json.loads(json.dumps(judged(faults=SOME, clean=1).to_json()))
    assert (data["schema"], data["passed"]) == ("parityzoo-selftest/1", True)
    (score,) = data["scores"]
    assert (score["backend"], score["planted"], score["caught"], score["right"]) == (
        "mirror", 4, 4, 4,
    )  # fmt: skip
    assert score["faults"][0] == {
        "fault": "batch norm's epsilon",
        "sentence": FAULTS["batch norm's epsilon"].sentence,
        "model": "normalized",
        "layers": ["norm"],
        "verdict": "caught",
        "named": "norm",
        "right": True,
        "causes": ["epsilon is 0.001"],
        "reason": score["faults"][0]["reason"],
    }


@pytest.mark.parametrize(
    "options", [{"faults": ["no such fault"]}, {"clean": -1}, {"dtype": "half"}]
)
def test_what_is_unknown_or_out_of_range_is_refused(target: Any, options: dict) -> None:
    """One line, before anything runs."""
    with pytest.raises(UsageError):
        selftest([target], **options)
