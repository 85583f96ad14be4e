"""Campaigns on a backend that fails to order, and on one that is the oracle with a fault."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

import pytest
from rich.console import Console

from tests.parity.test_run import linear, target  # noqa: F401 (a fixture)
from zoo.errors import UsageError, WorkerError
from zoo.fuzz import Drawn, draw, fuzz
from zoo.fuzz import run as campaign
from zoo.fuzz.run import MARGIN, reference
from zoo.ops import dense, input, relu
from zoo.oracle import kinks
from zoo.parity import cell as judging
from zoo.parity.case import Case, make_case, seen_by_oracle
from zoo.parity.compare import AGREES, CRASHED, DISAGREES, HUNG, UNSUPPORTED
from zoo.parity.noise import grain
from zoo.spec import Spec
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.pool import Pool

Deal = Callable[..., None]


@pytest.fixture
def deal(monkeypatch: pytest.MonkeyPatch) -> Deal:
    """Has a campaign draw certain models."""

    def give(*specs: Spec) -> None:
        monkeypatch.setattr(campaign, "draw", lambda n, seed: Drawn(n, specs[n], 3))

    return give


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch, target: Target) -> Target:  # noqa: F811
    """A backend that can express everything, is the oracle, and doubles the output of some models.

    These have a relu of an image somewhere. With a max pool beside it, it falls over instead.
    """

    def seen_by(case: Case, *_arguments: Any) -> Any:
        kinds = {(n.op.kind, len(n.type.shape)) for n in case.spec.nodes}
        seen = seen_by_oracle(case)
        seen["evaluation", "output", "output"] *= 1 + 1e-15
        if ("relu", 3) in kinds:
            if ("max_pool", 3) in kinds:
                raise WorkerError("raised", "load", f"KeyError: {case.spec.name}")
            seen["evaluation", "output", "output"] *= 2
        return seen

    monkeypatch.setattr(judging, "seen_by", seen_by)
    session = SimpleNamespace(facts={}, log=lambda: "")
    monkeypatch.setattr(Pool, "session", lambda pool, target: session)
    monkeypatch.setattr(type(target.backend), "emit", lambda *args, **kwargs: None)
    return target


def printed(report: Any) -> str:
    console = Console(file=StringIO(), width=300)
    console.print(report)
    return console.file.getvalue()


def test_a_campaign_counts_what_agrees_and_what_is_refused(target: Target, deal: Deal) -> None:  # noqa: F811
    """What a backend refuses is no failure, and its reason is counted without the layer's name."""
    two = trace(
        lambda: relu(dense(input("x", (3,)), 2)), name="two", summary="Two",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip
    deal(linear("one"), two, linear("three"))
    report = fuzz(3, [target], python={"fake": sys.executable})
    (cell,) = report.cells
    assert cell.verdicts == {AGREES: 2, UNSUPPORTED: 1}
    assert cell.refusals == {"only one dense layer": 1}
    assert report.ops == {"dense": 3, "input": 3, "relu": 1}
    assert report.passed
    assert report.exit_code == 0
    assert "refused 1: only one dense layer" in printed(report)


def test_a_crash_is_a_finding_and_the_campaign_goes_on(target: Target, deal: Deal) -> None:  # noqa: F811
    """So is a value that is not finite; each has its row, and the exit code is 1."""
    deal(linear("good"), linear("do_segfault"), linear("do_nan"), linear("good"))
    report = fuzz(range(4), [target], python={"fake": sys.executable})
    assert report.cells[0].verdicts == {AGREES: 2, CRASHED: 1, DISAGREES: 1}
    assert [(f.number, f.row.verdict) for f in report.findings] == [(1, CRASHED), (2, DISAGREES)]
    assert "NaN" in report.findings[1].row.reason
    assert report.exit_code == 1


def test_a_backend_that_cannot_run_is_asked_once(
    target: Target,  # noqa: F811
    deal: Deal,
    tmp_path: Path,
) -> None:
    """Nothing passed; exit code 3."""
    deal(linear("one"), linear("two"))
    report = fuzz(2, [target], python={"fake": str(tmp_path / "python")})
    (cell,) = report.cells
    assert (report.models, cell.models) == (2, 0)
    assert "To mend it" in cell.reason
    assert (report.passed, report.exit_code) == (False, 3)
    assert cell.reason in printed(report)


def test_what_fails_is_made_small_and_put_together(faulty: Target) -> None:
    """A planted fault is found in random models; each finding is the fault and nothing else."""
    report = fuzz(range(80), [faulty])
    assert 0 < report.cells[0].nearest < 1
    assert len(report.findings) <= campaign.SHRUNK
    assert {f.row.verdict for f in report.findings} == {DISAGREES, CRASHED}
    for finding in report.findings:
        kinds = [node.op.kind for node in finding.minimal.nodes]
        crashed = finding.row.verdict == CRASHED
        assert {"relu", "max_pool"} <= set(kinds) if crashed else "relu" in kinds
        assert len(kinds) <= 2 + crashed
        assert finding.minimal_row.verdict == finding.row.verdict
        assert finding.spec == draw(finding.number).spec
    text = printed(report)
    numbers = [f.number for f in report.findings if f.row.verdict == DISAGREES]
    assert len(numbers) > 2
    assert text.count("evaluation output output: differs by 1") < len(numbers)
    assert "relu1 = relu(" in text


def test_what_hangs_is_not_made_small(
    monkeypatch: pytest.MonkeyPatch,
    target: Target,  # noqa: F811
    deal: Deal,
) -> None:
    """Each smaller form would be waited for as long; the report says that none was sought."""
    monkeypatch.setattr(campaign, "shrink", lambda spec, fails: pytest.fail("it was shrunk"))
    deal(linear("do_hang"))
    report = fuzz(1, [target], python={"fake": sys.executable}, timeout=1)
    (finding,) = report.findings
    assert (finding.row.verdict, finding.minimal) == (HUNG, finding.spec)
    assert "as it was drawn" in printed(report)


def test_each_target_has_its_first_findings_made_small(
    monkeypatch: pytest.MonkeyPatch, faulty: Target
) -> None:
    """A mode of the same backend may fail otherwise."""
    monkeypatch.setattr(campaign, "SHRUNK", 1)
    report = fuzz(range(30, 45), [faulty, Target(faulty.backend, "graph")])
    modes = [each.row.mode for each in report.findings if each.minimal != each.spec]
    assert sorted(modes) == ["eager", "graph"]


def test_a_model_can_be_run_again_alone(faulty: Target) -> None:
    """By its number, with the same result."""
    first = fuzz(range(30, 45), [faulty]).findings[0]
    (again,) = fuzz([first.number], [faulty]).findings
    assert (again.row, again.spec, again.minimal) == (first.row, first.spec, first.minimal)


def test_the_json_form_holds_models_that_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
    faulty: Target,
) -> None:
    """The keys that other programs rely on; `zoo parity` takes the model as a file."""
    monkeypatch.setenv("XLA_FLAGS", "--seen")
    report = fuzz(range(30, 45), [faulty])
    data = json.loads(json.dumps(report.to_json()))
    assert data["schema"] == "parityzoo-fuzz/2"
    assert (data["seed"], data["dtype"]) == (0, "float64")
    assert data["numbers"] == list(range(30, 45))
    assert data["variables"]["XLA_FLAGS"] == "--seen"
    assert data["cells"][0]["backend"] == "fake"
    for found, finding in zip(data["findings"], report.findings):
        assert Spec.from_json(json.dumps(found["spec"])) == finding.spec
        assert Spec.from_json(json.dumps(found["minimal"])) == finding.minimal


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_inputs_keep_off_kinks(dtype: str) -> None:
    """No ReLU or maximum of what is run is so near that rounding could turn it."""
    for number in range(40):
        drawn = draw(number)
        found = reference(drawn.spec, drawn.batch, 0, dtype)
        if found is not None:
            with kinks.watched() as watch:
                seen_by_oracle(found.case)
            assert watch.distance > MARGIN * grain(dtype)


def test_a_model_that_is_always_on_a_kink_is_left_out(
    monkeypatch: pytest.MonkeyPatch, faulty: Target
) -> None:
    """It is counted, run nowhere, and a campaign of nothing else is no pass."""
    monkeypatch.setattr(campaign, "MARGIN", 1e20)
    number = next(n for n in range(99) if "relu" in {x.op.kind for x in draw(n).spec.nodes})
    report = fuzz([number], [faulty])
    assert report.on_kinks == (number,)
    assert report.cells[0].models == 0
    assert report.exit_code == 1
    assert "1 left out near a kink" in printed(report)


def test_the_seed_changes_models_and_numbers() -> None:
    """Parameters and inputs too."""
    assert draw(3, 1).spec != draw(3, 2).spec
    cases = [reference(draw(3).spec, 2, seed, "float64").case for seed in (1, 2)]
    assert cases[0].batch == make_case(draw(3).spec, batch=2).batch
    name = next(iter(cases[0].state))
    assert (cases[0].state[name] != cases[1].state[name]).any()


@pytest.mark.parametrize(
    ("numbers", "options"), [([], {}), ([-1], {}), ([1.5], {}), (1, {"dtype": "half"})]
)
def test_numbers_out_of_range_are_refused(target: Target, numbers: Any, options: dict) -> None:  # noqa: F811
    """One line, before anything runs."""
    with pytest.raises(UsageError):
        fuzz(numbers, [target], **options)
