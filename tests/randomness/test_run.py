"""A backend that is the oracle and draws with NumPy's generator, examined."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from rich.console import Console

from tests.parity.planting import with_op
from zoo.errors import UsageError
from zoo.parity.emission import altered
from zoo.randomness import RandomnessReport, randomness
from zoo.spec import Spec
from zoo.target import Target


def examine(mirror: Target, **options: Any) -> RandomnessReport:
    return randomness([mirror], steps=2, python={"mirror": sys.executable}, **options)


def printed(report: RandomnessReport) -> str:
    console = Console(file=StringIO(), width=300)
    console.print(report)
    return console.file.getvalue()


def test_a_right_generator_passes(mirror: Target) -> None:
    """With every test of every model in the JSON, and the false-alarm rate beside them."""
    report = examine(mirror)
    assert (report.passed, report.exit_code) == (True, 0)
    assert [row.subject for row in report.rows] == ["dropout", "original dropout", "attention"]
    assert "42 tests; the probability of any false alarm is 0.001 (Holm)" in printed(report)
    data = json.loads(json.dumps(report.to_json()))
    assert (data["schema"], data["passed"], data["tests"]) == ("parityzoo-randomness/1", True, 42)
    first = data["rows"][0]
    assert (first["backend"], first["subject"], first["verdict"]) == ("mirror", "dropout", "agrees")
    assert first["dropped"] == pytest.approx(0.3, abs=0.02)
    assert set(first["tests"][0]) == {"name", "p", "effect", "words", "rejected"}
    assert "numpy" in data["environments"]["mirror:eager"]


def test_draws_follow_from_the_seed(mirror: Target) -> None:
    """The same from the same, others from another."""
    first, again, other = examine(mirror), examine(mirror), examine(mirror, seed=1)
    assert first.rows == again.rows
    assert all(one.findings != two.findings for one, two in zip(first.rows, other.rows))


def test_a_fault_of_a_backend_that_is_not_run_is_an_error(mirror: Target) -> None:
    """One that nobody plants must not look like one that was not found."""
    with pytest.raises(UsageError, match="planted in 'jax', but only mirror is run"):
        examine(mirror, plant={"jax": {"one": "other"}})


def test_a_wrong_rate_is_found(mirror: Target) -> None:
    """In each model, and told in words."""

    def wrong(spec: Spec) -> Spec:
        for node in spec.nodes:
            if node.masks():
                spec = with_op(spec, node.path, attrs.evolve(node.op, drop_rate=0.7))
        return spec

    report = examine(mirror, plant={"mirror": altered(wrong)})
    assert report.exit_code == 1
    text = printed(report)
    assert text.count("the rate is taken for the share that is kept") == 3
    assert "mirror:eager, dropout: scaling in training: 100 % of the elements are" in text


def test_a_backend_that_cannot_run_is_told(mirror: Target, tmp_path: Path) -> None:
    """With what mends it; exit code 3."""
    report = randomness([mirror], steps=2, python={"mirror": str(tmp_path / "python")})
    assert (report.passed, report.exit_code) == (False, 3)
    assert "To mend it" in printed(report)


def test_a_fault_that_is_nowhere_is_refused(mirror: Target) -> None:
    """Else a clean program would pass for a faulty one."""
    with pytest.raises(UsageError, match="mirror: no program has the text 'nothing of the kind'"):
        examine(mirror, plant={"mirror": {"nothing of the kind": ""}})


@pytest.mark.parametrize(
    "options",
    [{"drop_rate": 0.0}, {"drop_rate": 1.0}, {"steps": 1}, {"seed": -1}, {"dtype": "float16"}],
)
def test_what_is_out_of_range_is_refused(mirror: Target, options: dict[str, Any]) -> None:
    """One line, before anything runs."""
    with pytest.raises(UsageError):
        randomness([mirror], **options)
