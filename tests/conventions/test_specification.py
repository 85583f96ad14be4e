"""The specification's own answers are those that its ops declare."""

from __future__ import annotations

import pytest

from zoo.conventions import specification
from zoo.conventions.questions import QUESTIONS, SECTIONS
from zoo.ops import OPS


@pytest.fixture(scope="module")
def found():
    return specification.answers()


def test_every_answer_is_one(found) -> None:
    """Of the question's kind and among its words."""
    assert {n: QUESTIONS[n].trouble(v) for n, v in found.items() if QUESTIONS[n].trouble(v)} == {}
    assert len(found) > 45


@pytest.mark.parametrize(
    ("question", "op", "attribute"),
    [
        ("batch_norm_epsilon", "batch_norm", "epsilon"),
        ("batch_norm_kept_fraction", "batch_norm", "kept_fraction"),
        ("batch_norm_running_variance", "batch_norm", "running_variance"),
        ("layer_norm_epsilon", "layer_norm", "epsilon"),
    ],
)
def test_what_is_computed_is_what_is_declared(found, question, op, attribute) -> None:
    """The oracle is measured as a framework is."""
    declared = getattr(OPS[op](), attribute)
    assert QUESTIONS[question].same(found[question], declared)


def test_conventions_that_the_readme_states(found) -> None:
    """Laid out as in PyTorch checkpoints, ReLU with derivative 0 at 0."""
    assert found["dense_weight_layout"] == "out, in"
    assert found["conv_kernel_layout"] == "out, in, height, width"
    assert found["relu_at_zero"] == 0.0
    assert found["sgd_momentum"] == pytest.approx([0.9, 0.76])
    assert found["sgd_momentum_changed_rate"] == pytest.approx([0.9, 0.62])


def test_every_question_on_optimizers_is_answered(found) -> None:
    """The specification leaves none of them open."""
    (section,) = (each for each in SECTIONS if each.name == "optimizers")
    assert {question.name for question in section.questions} <= set(found)
