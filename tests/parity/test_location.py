"""What was found out, in words."""

from __future__ import annotations

import pytest

from zoo.parity.location import ALONE, LEADING, LOSS, STEPS, Location

NORM = {
    "layer": "layer2.0.bn1",
    "kind": "batch_norm",
    "phase": "training",
    "evidence": ALONE,
    "tried": True,
}
SAID = {
    "resnet20 torch:eager: layer2.0.bn1 (batch_norm): running_var differs in training; with the "
    "oracle's own input the layer alone is wrong, too. Likely: the running variance is the "
    "biased one.": {
        **NORM,
        "differs": (("statistic", "running_var"),),
        "causes": ("the running variance is the biased one",),
    },
    "resnet20 torch:eager: layer2.0.bn1 (batch_norm): output, gradient of the input, gradient of "
    "weight and 1 more differ in training; with the oracle's own input the layer alone is wrong, "
    "too. No convention that is known gives the same numbers.": {
        **NORM,
        "differs": (
            ("output", "output"),
            ("input-gradient", "input"),
            ("parameter-gradient", "weight"),
            ("parameter-gradient", "bias"),
        ),
    },
    "resnet20 torch:eager: layer2.0.bn1 (batch_norm): output and gradient of bias differ in "
    "training; it agrees where it is emitted alone, and not in the model, where all before it "
    "agrees. Likely one of these: one; another.": {
        **NORM,
        "evidence": LEADING,
        "differs": (("output", "output"), ("parameter-gradient", "bias")),
        "causes": ("one", "another"),
    },
    "resnet20 torch:eager: optimizer (sgd): conv1.weight differs after training steps; all "
    "gradients agree. The search was ended before it was through. No convention that is known "
    "gives the same numbers.": {
        "layer": "optimizer",
        "kind": "sgd",
        "phase": "steps",
        "evidence": STEPS,
        "differs": (("parameter", "conv1.weight"),),
        "tried": True,
        "finished": False,
    },
    "resnet20 torch:eager: loss (mean_squared_error): loss differs in evaluation; under another "
    "loss all layers agree. Likely: there is a factor of one half.": {
        "layer": "loss",
        "kind": "mean_squared_error",
        "phase": "evaluation",
        "evidence": LOSS,
        "differs": (("loss", "loss"),),
        "causes": ("there is a factor of one half",),
        "tried": True,
    },
    "resnet20 torch:eager: flatten1 (flatten): fails in evaluation; with the oracle's own input "
    "the layer alone is wrong, too. Smallest that still fails: dense on (2, 1).": {
        "layer": "flatten1",
        "kind": "flatten",
        "phase": "evaluation",
        "evidence": ALONE,
        "shrunk": "dense on (2, 1)",
    },
    "resnet20 torch:eager: no part of the model differs in training; the fault shows only in the "
    "whole": {"phase": "training"},
}


@pytest.mark.parametrize("words", SAID)
def test_it_is_said_as_a_person_would_say_it(words: str) -> None:
    """Where, what, how it is known, why."""
    location = Location("resnet20", "torch", "eager", "float64", **SAID[words])
    assert str(location) == words
    assert location.to_json()["words"] == words
