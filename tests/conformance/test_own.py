"""An object of somebody's own, in this process, against a specification."""

from __future__ import annotations

import pytest

import zoo
from zoo.errors import UsageError
from zoo.models import registry
from zoo.target import Target

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the frameworks' own
SPEC = registry.build("transformer", "tiny", drop_rate=0.0)


def test_the_object_that_build_gives_is_the_model(target: Target) -> None:
    """In evaluation, in training, and after each of five steps."""
    name = target.backend.name
    report = zoo.check(SPEC, zoo.build(SPEC, name, dtype="float64"), name)
    assert report.passed, [row for row in report.rows if row.verdict != "agrees"][:3]
    assert {row.phase for row in report.rows} == {"evaluation", "training", "steps"}


def test_another_model_of_the_same_shapes_is_not(target: Target) -> None:
    """Layer norms with another epsilon, which is found out."""
    name = target.backend.name
    other = type(SPEC).from_json(SPEC.to_json().replace("1e-05", "0.001"))
    assert other != SPEC
    report = zoo.check(SPEC, zoo.build(other, name, dtype="float64"), name)
    assert not report.passed
    assert {row.verdict for row in report.rows} <= {"agrees", "disagrees"}
    (found,) = report.located
    assert (found.layer, found.kind) == ("layers.0.norm1 and 4 more", "layer_norm")
    assert found.causes == ("epsilon is 0.001",)


def test_names_that_do_not_fit_are_one_error(target: Target) -> None:
    """With what is missing, what is there, and how to say which is which."""
    name = target.backend.name
    spec = registry.build("transformer", "tiny", drop_rate=0.0, layers=1)
    with pytest.raises(UsageError, match=r"your object has no .*names="):
        zoo.check(SPEC, zoo.build(spec, name, dtype="float64"), name)


def test_dropout_is_refused(target: Target) -> None:
    """The object would draw masks of its own."""
    with pytest.raises(UsageError, match="has dropout"):
        zoo.check(registry.build("transformer", "tiny"), None, target.backend.name)
