"""What optimizers, schedules, clippings and losses declare, and what they refuse."""

from __future__ import annotations

from typing import Any, Callable

import attrs
import pytest

from tests.conformance.cases import CASES
from zoo.errors import SpecError
from zoo.models import registry
from zoo.spec import model
from zoo.spec.declared import Declared
from zoo.training import (
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    SGD,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    MeanSquaredError,
    NAdam,
    SoftmaxCrossEntropy,
    StepDecay,
)

DECLARED: dict[str, Any] = {**LOSSES, **OPTIMIZERS, **SCHEDULES, **CLIPPINGS}


@pytest.mark.parametrize("kind", DECLARED)
def test_every_file_declares_one_thing_of_its_name(kind: str) -> None:
    """With a schema for each attribute; what came later has a default."""
    cls = DECLARED[kind]
    assert cls.kind == kind
    assert cls.__module__ == f"zoo.training.{kind}"
    for field in attrs.fields(cls):
        assert "schema" in field.metadata, field.name
    assert set(cls.later) <= {f.name for f in attrs.fields(cls) if f.default is not attrs.NOTHING}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_has_the_attributes_that_all_share(kind: str) -> None:
    """And a default for each, so that its kind alone names it."""
    made = OPTIMIZERS[kind]()
    attributes = made.attributes()
    assert next(iter(attributes)) == "learning_rate"
    assert list(attributes)[-3:] == ["weight_decay", "decay", "decay_excludes"]
    assert made.decay == ("decoupled" if kind == "adamw" else "coupled")
    assert made.changed() == {}


REFUSED: dict[str, tuple[Callable[[], Declared], str]] = {
    "rate": (lambda: Adam(learning_rate=0.0), "adam: learning_rate must be a number from 1e-12"),
    "rate's type": (lambda: Adam(learning_rate="0.1"), "learning_rate must be .* got '0.1'"),
    "beta": (lambda: Adam(beta2=1.0), "adam: beta2 must be a number from 0 to 0.999999, got 1.0"),
    "not a number": (lambda: NAdam(beta1=float("nan")), "nadam: beta1 must be .* got nan"),
    "epsilon": (lambda: Adamax(epsilon=0.0), "adamax: epsilon must be a number from 1e-30"),
    "placement": (
        lambda: Adam(epsilon_placement="inside"),
        "adam: epsilon_placement must be one of outside, uncorrected, got 'inside'",
    ),
    "start": (lambda: Adagrad(initial_accumulator=-1.0), "adagrad: initial_accumulator must be"),
    "decay": (lambda: SGD(weight_decay=-0.1), "sgd: weight_decay must be a number from 0"),
    "decay's word": (
        lambda: SGD(decay="l2"), "sgd: decay must be one of coupled, decoupled, got 'l2'",
    ),
    "decay of adamw": (
        lambda: AdamW(decay="coupled"), "adamw: decay must be one of decoupled, got 'coupled'",
    ),
    "excludes": (
        lambda: SGD(decay_excludes=("norms",)),
        r"sgd: decay_excludes must be a tuple of some of bias, norm, each once, got \('norms',\)",
    ),
    "excludes twice": (lambda: SGD(decay_excludes=("bias", "bias")), "each once"),
    "excludes a word": (lambda: SGD(decay_excludes="bias"), "got 'bias'"),
    "nesterov and dampening": (
        lambda: SGD(momentum=0.9, nesterov=True, dampening=0.5),
        "sgd: nesterov is defined for dampening 0 only, got dampening 0.5; leave one",
    ),
    "norm": (lambda: ClipGlobalNorm(max_norm=0.0), "clip_global_norm: max_norm must be"),
    "limit": (lambda: ClipValue(limit=-1.0), "clip_value: limit must be a number from 1e-12"),
    "warm-up": (lambda: Constant(warmup_steps=-1), "constant: warmup_steps must be a whole number"),
    "every": (lambda: StepDecay(every=0), "step_decay: every must be a whole number from 1"),
    "factor": (lambda: StepDecay(every=3, factor=0.0), "step_decay: factor must be"),
    "steps": (lambda: Cosine(steps=2.5), "cosine: steps must be a whole number from 1 .* got 2.5"),
    "end": (lambda: Cosine(steps=2, end_fraction=1.5), "cosine: end_fraction must be a number"),
    "smoothing": (
        lambda: SoftmaxCrossEntropy(label_smoothing=1.1),
        "softmax_cross_entropy: label_smoothing must be a number from 0 to 1, got 1.1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_is_one_line_with_what_was_given_and_what_is_possible(mistake: str) -> None:
    """Before anything is trained."""
    make, message = REFUSED[mistake]
    with pytest.raises(SpecError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_groups_that_do_not_decay_have_one_order() -> None:
    """So that two spellings are one specification; JSON's lists are tuples."""
    assert SGD(decay_excludes=["norm", "bias"]) == SGD(decay_excludes=("bias", "norm"))


NO_PART: dict[str, tuple[str, Any, str]] = {
    "a word": ("optimizer", "adam", "be an instance of zoo.training.Optimizer, got 'adam'"),
    "a class": ("schedule", Cosine, "be an instance of zoo.training.Schedule, got <class"),
    "no schedule": ("schedule", None, "be an instance of zoo.training.Schedule, got None"),
    "a number": ("clipping", 1.0, "be an instance of zoo.training.Clipping, got 1.0"),
    "another's place": ("loss", SGD(), "be an instance of zoo.training.Loss, got SGD"),
    "nothing": ("accumulate", 0, "be a whole number from 1 to 65536, got 0"),
    "a flag": ("accumulate", True, "be a whole number from 1 to 65536, got True"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", NO_PART)
def test_a_specification_takes_only_what_trains(mistake: str) -> None:
    """The message names the model, the part and what was given."""
    part, given, rest = NO_PART[mistake]
    with pytest.raises(SpecError) as caught:
        registry.build("mlp", "tiny").replace(**{part: given})
    assert str(caught.value).startswith(f"model mlp: {part} must {rest}")


def test_the_decorator_takes_all_that_trains() -> None:
    """The learning rate is constant where no schedule is given."""
    from zoo.ops import dense, input

    parts = {"schedule": Cosine(steps=9), "clipping": ClipValue(), "accumulate": 2}

    def small() -> Any:
        return dense(input("x", (3,)), 2)

    made = model(loss=MeanSquaredError(), optimizer=Adam(), **parts)(small)()
    assert {name: getattr(made, name) for name in parts} == parts
    plain = model(loss=MeanSquaredError(), optimizer=Adam())(small)()
    assert (plain.schedule, plain.clipping, plain.accumulate) == (Constant(), None, 1)
    assert plain.replace(**parts) == made


@pytest.mark.parametrize("name", CASES)
def test_every_parameter_has_the_group_that_its_op_says(name: str) -> None:
    """Those of normalizations are norms; of the others, whatever is called bias is one."""
    for node in CASES[name].nodes:
        for state in node.states():
            if state.role == "parameter":
                rest = "bias" if state.name.endswith("bias") else "weight"
                assert state.group == ("norm" if node.op.kind.endswith("_norm") else rest)
