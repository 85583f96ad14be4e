"""Questions are put to a real worker of the fake backend, which does not always behave."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from zoo import envs
from zoo.backend import Backend
from zoo.conventions import run
from zoo.conventions.question import Question, Section
from zoo.conventions.table import Answer
from zoo.errors import BackendUnavailable

FAKES = Path(__file__).parents[1] / "fakes" / "fake" / "src"


def backend(**changes) -> Backend:
    given = {"name": "fake", "framework": "Fake", "module": "numpy", "package": "zoo_fake"}
    rest = {"distribution": "parityzoo-fake", "modes": ("eager",), "python": ">=3.9"}
    return Backend(**{**given, **rest, **changes})


@pytest.fixture
def ask(monkeypatch):
    """The answers of the fake backend to probes by name, each with the kind that is wanted."""
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.setattr(envs, "interpreter_for", lambda *_: Path(sys.executable))

    def ask(timeout=60.0, **kinds):
        questions = [
            Question(name, "?", kind, ".", words=("yes", "no") if kind == "word" else ())
            for name, kind in kinds.items()
        ]
        section = Section("behaviour", "Behaviour", tuple(questions))
        monkeypatch.setattr(run, "SECTIONS", (section,))
        return run.measure([backend()], timeout=timeout)

    return ask


def test_answers_come_with_versions_and_a_date(ask) -> None:
    """Numbers keep two digits more than mean something."""
    table = ask(says_third="number", says_vector="vector")
    assert table.answers["fake"] == {
        "says_third": Answer("value", 0.33333333, "numpy.float64(1) / 3"),
        "says_vector": Answer("value", ["nan", 1.0], "numpy.array([nan, 1])"),
    }
    assert table.versions == {"fake": {"numpy": np.__version__}}
    assert table.dates["fake"].startswith("20")
    assert table.not_run == {}


def test_what_the_framework_lacks_is_no_value(ask) -> None:
    """The reason was looked up in the worker."""
    table = ask(says_nothing="number", finds_nothing="number")
    assert table.answers["fake"] == {
        "says_nothing": Answer("absent", "numpy has no relu"),
        "finds_nothing": Answer("absent", "numpy has no gelu or softplus"),
    }
    assert table.errors == []


def test_a_probe_that_raises_costs_its_answer_alone(ask) -> None:
    """The worker lives on."""
    table = ask(says_pid="number", raises="number", says_third="number")
    answers = table.answers["fake"]
    assert answers["raises"] == Answer("error", "LinAlgError: Singular matrix", "numpy.linalg.inv")
    assert answers["says_third"].measured
    assert [name for _backend, name, _answer in table.errors] == ["raises"]


def test_a_probe_that_crashes_costs_its_answer_alone(ask) -> None:
    """The next question goes to a new worker."""
    answers = ask(says_third="number", crashes="number", says_vector="vector").answers["fake"]
    assert answers["crashes"].state == "error"
    assert "SIGSEGV" in answers["crashes"].content
    assert answers["says_third"].measured
    assert answers["says_vector"].measured


def test_a_probe_that_hangs_costs_its_answer_alone(ask) -> None:
    """It is ended after the time that a question may take."""
    answers = ask(timeout=5.0, hangs="number", says_vector="vector").answers["fake"]
    assert "hung" in answers["hangs"].content
    assert answers["says_vector"].measured


def test_an_answer_of_another_kind_is_an_error(ask) -> None:
    """So is a word that is none of the question's, and a question without a probe."""
    answers = ask(says_vector="number", says_other_word="word", never_written="number")
    found = {name: each.content for name, each in answers.answers["fake"].items()}
    assert found == {
        "says_vector": "answered ['nan', 1.0]; needed: a number",
        "says_other_word": "answered 'maybe'; needed: yes or no",
        "never_written": "zoo_fake.conventions.behaviour has no probe never_written",
    }
    assert len(answers.errors) == 3


def test_a_backend_that_cannot_run_is_named_with_the_reason(monkeypatch) -> None:
    """The others are asked all the same."""
    monkeypatch.syspath_prepend(str(FAKES))

    def refuse(backend, overrides):
        raise BackendUnavailable(backend.name, "no Python", "install one")

    monkeypatch.setattr(envs, "interpreter_for", refuse)
    table = run.measure([backend()])
    assert table.answers == {}
    assert table.not_run == {"fake": "fake cannot run here: no Python. To mend it: install one"}


def test_an_adapter_without_probes_is_named() -> None:
    """A third party's backend need not answer."""
    table = run.measure([backend(name="other", package="json")])
    assert "parityzoo-fake has no package json.conventions" in table.not_run["other"]
