"""An emitter refuses a training that its step is not written for, before it writes a line."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from zoo import plugins
from zoo.emit import emit
from zoo.emit.formulas import Choice, factor
from zoo.emit.training import FIRST, unwritten
from zoo.errors import UnsupportedError
from zoo.models import registry
from zoo.training import (
    SGD,
    AdamW,
    ClipValue,
    Constant,
    Cosine,
    MeanSquaredError,
    Schedule,
    SoftmaxCrossEntropy,
)
from zoo.training.base import Clipping

SPEC = registry.build("mlp", "tiny")


@attrs.frozen(kw_only=True)
class UnheardSGD(SGD):
    """With an attribute that no emitter heeds."""

    strange: float = 0.0


@attrs.frozen(kw_only=True)
class UnheardSchedule(Schedule):
    kind: ClassVar[str] = "unheard"


@attrs.frozen
class UnheardClipping(Clipping):
    kind: ClassVar[str] = "unheard"


@attrs.frozen
class UnheardLoss(MeanSquaredError):
    kind: ClassVar[str] = "unheard"


@pytest.mark.parametrize("backend", sorted(plugins.backends()))
def test_what_no_backend_knows_is_refused_by_every_backend(backend: str) -> None:
    """All at once, each with the part of the training and a way out."""
    spec = SPEC.replace(
        loss=UnheardLoss(), optimizer=UnheardSGD(strange=1.0), schedule=UnheardSchedule(),
        clipping=UnheardClipping(),
    )  # fmt: skip
    with pytest.raises(UnsupportedError) as caught:
        emit(spec, backend)
    loss, optimizer, schedule, clipping = caught.value.findings
    assert loss.startswith("loss: it has no unheard; known: ")
    assert optimizer == "optimizer: it has no sgd with strange=1.0; leave strange at 0.0"
    assert schedule.startswith("schedule: it has no unheard; ")
    assert clipping.startswith("clipping: it has no unheard; ")


BEYOND_THE_FIRST: dict[str, tuple[dict[str, Any], str]] = {
    "optimizer": (
        {"optimizer": AdamW()}, "optimizer: it has no adamw; known: sgd",
    ),
    "nesterov": (
        {"optimizer": SGD(momentum=0.5, nesterov=True)},
        "optimizer: it has no sgd with nesterov=True; leave nesterov at False",
    ),
    "decay": (
        {"optimizer": SGD(weight_decay=0.1)},
        "optimizer: it has no sgd with weight_decay=0.1; leave weight_decay at 0.0",
    ),
    "schedule": ({"schedule": Cosine(steps=9)}, "schedule: it has no cosine; known: constant"),
    "warm-up": (
        {"schedule": Constant(warmup_steps=5)},
        "schedule: it has no constant with warmup_steps=5; leave warmup_steps at 0",
    ),
    "clipping": ({"clipping": ClipValue()}, "clipping: it has no clip_value; leave it out"),
    "smoothing": (
        {"loss": SoftmaxCrossEntropy(label_smoothing=0.1)},
        "loss: it has no softmax_cross_entropy with label_smoothing=0.1; "
        "leave label_smoothing at 0.0",
    ),
    "accumulation": (
        {"accumulate": 4},
        "accumulate: it takes one batch a step, got 4 micro-batches; leave accumulate at 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BEYOND_THE_FIRST)
def test_a_new_backend_refuses_all_but_sgd_at_a_constant_rate(name: str) -> None:
    """One finding for one thing."""
    change, finding = BEYOND_THE_FIRST[name]
    assert unwritten(SPEC.replace(**change), FIRST, False) == [finding]


def test_what_an_emitter_says_it_heeds_is_not_refused() -> None:
    """By the kind and the attributes; an attribute at its default needs no heed."""
    written = {**FIRST, "adamw": ("learning_rate", "weight_decay"), "clip_value": ("limit",)}
    spec = SPEC.replace(optimizer=AdamW(weight_decay=0.1), clipping=ClipValue(limit=2.0))
    assert unwritten(spec, written, False) == []
    assert unwritten(SPEC.replace(accumulate=2), FIRST, True) == []
    assert unwritten(SPEC, FIRST, False) == []


def test_a_warmup_of_one_step_has_no_ramp() -> None:
    """Its only step is at the top; a constant rate stays a constant."""
    assert factor(Constant(warmup_steps=1)) is None
    choice = factor(Cosine(steps=10, warmup_steps=1), first=0)
    assert isinstance(choice, Choice)
    assert (choice.condition, choice.then) == ("step <= 0", "1.0")
    assert "step - 1" in choice.otherwise
