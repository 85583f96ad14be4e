"""What the Chainer emitter writes for each training: Chainer's own where it means the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zoo.models import registry
from zoo.ops import batch_norm, dense, flatten, input, layer_norm
from zoo.spec import Tensor, model
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    NAdam,
    Optimizer,
    RMSprop,
    SoftmaxCrossEntropy,
    StepDecay,
)
from zoo_chainer.emit import emit

UNCORRECTED: dict[str, Any] = {"epsilon_placement": "uncorrected"}
INSIDE: dict[str, Any] = {"epsilon_placement": "inside"}
DECOUPLED: dict[str, Any] = {"weight_decay": 0.1, "decay": "decoupled"}

OWN: list[tuple[Optimizer, str]] = [
    (SGD(), "SGD(lr=0.01)"),
    (SGD(dampening=0.1), "SGD(lr=0.01)"),
    (SGD(momentum=0.5), "MomentumSGD(lr=0.01, momentum=0.5)"),
    (Adagrad(), "AdaGrad(lr=0.01, eps=1e-10)"),
    (Adadelta(), "AdaDelta()"),
    (RMSprop(), "RMSprop(lr=0.001, alpha=0.9)"),
    (RMSprop(rho=0.99, **INSIDE), "RMSprop(lr=0.001, eps_inside_sqrt=True)"),
    (Adam(**UNCORRECTED), "Adam(alpha=0.001)"),
    (AdamW(**UNCORRECTED), "AdamW(eta=0.001, alpha=1.0, weight_decay_rate=0.01)"),
    (Adam(**DECOUPLED, **UNCORRECTED), "AdamW(eta=0.001, alpha=1.0, weight_decay_rate=0.1)"),
]

WRITTEN_OUT: list[tuple[Optimizer, str, str]] = [
    (SGD(**DECOUPLED), "SGD", "The weight decay is decoupled; Chainer's is coupled."),
    (SGD(momentum=0.5, nesterov=True), "MomentumSGD", "NesterovAG is another algorithm."),
    (SGD(momentum=0.5, dampening=0.1), "MomentumSGD", "MomentumSGD has no dampening."),
    (Adagrad(initial_accumulator=0.1), "AdaGrad", "AdaGrad starts at 0."),
    (Adagrad(**INSIDE), "AdaGrad", "that of chainer.optimizers.AdaGrad is 'outside'."),
    (Adadelta(learning_rate=0.5), "AdaDelta", "AdaDelta has no learning rate."),
    (RMSprop(centered=True), "RMSprop", "RMSpropGraves takes roots of negative numbers."),
    (RMSprop(momentum=0.5), "RMSprop", "RMSprop has no momentum."),
    (Adam(), "Adam", "that of chainer.optimizers.Adam is 'uncorrected'."),
    (AdamW(), "AdamW", "that of chainer.optimizers.AdamW is 'uncorrected'."),
    (Adamax(), "Adamax", "Chainer has no Adamax."),
    (NAdam(), "NAdam", "Chainer has no NAdam."),
]


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD())
def small() -> Tensor:
    """Its parameters of one axis are exactly those of the norm and the biases."""
    return dense(batch_norm(dense(input("x", (4,)), 3)), 2)


def source_of(**training: Any) -> str:
    return emit(small().replace(**training)).source


@pytest.mark.parametrize(("optimizer", "written"), OWN, ids=[text for _, text in OWN])
def test_chainers_own_optimizer_is_written_where_it_means_the_same(
    optimizer: Optimizer, written: str
) -> None:
    """With its defaults left out."""
    source = source_of(optimizer=optimizer)
    assert f"chainer.optimizers.{written}" in source
    assert "UpdateRule" not in source


@pytest.mark.parametrize(
    ("optimizer", "name", "why"), WRITTEN_OUT, ids=[w for *_, w in WRITTEN_OUT]
)
def test_another_formula_is_written_out_with_its_reason(
    optimizer: Optimizer, name: str, why: str
) -> None:
    """As an update rule and the optimizer that gives it to the parameters."""
    source = source_of(optimizer=optimizer)
    assert f"class {name}Rule(chainer.UpdateRule):" in source
    assert f"    return {name}(lr={optimizer.learning_rate}).setup(model)" in source
    assert f'{why}"""' in source


def test_momentum_under_a_schedule_is_written_out() -> None:
    """Chainer's keeps the rate inside, where a new rate does not reach what is there already."""
    source = source_of(optimizer=SGD(momentum=0.5), schedule=StepDecay(every=2))
    assert "class MomentumSGDRule" in source
    assert "class MomentumSGDRule" not in source_of(optimizer=SGD(momentum=0.5))


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [(SGD(), "lr"), (Adam(**UNCORRECTED), "alpha"), (AdamW(**UNCORRECTED), "eta"), (Adam(), "lr")],
    ids=["SGD", "Adam", "AdamW", "written out"],
)
def test_a_hook_sets_the_rate_by_its_own_name(optimizer: Optimizer, name: str) -> None:
    """Adam calls it alpha, AdamW eta."""
    source = source_of(optimizer=optimizer, schedule=Constant(warmup_steps=3))
    assert f"    optimizer.{name} = {optimizer.learning_rate} * rate_factor(optimizer.t)" in source
    assert "optimizer.add_hook(schedule)" in source


def test_clipping_comes_before_the_weight_decay() -> None:
    """Hooks run in the order in which they are added, those of the rules after the optimizer's."""
    for excluded, decay in (
        ((), "    optimizer.add_hook(chainer.optimizer_hooks.WeightDecay(0.1))"),
        (("bias",), "        param.update_rule.add_hook(chainer.optimizer_hooks.WeightDecay(0.1))"),
    ):
        optimizer = SGD(weight_decay=0.1, decay_excludes=excluded)
        source = source_of(optimizer=optimizer, clipping=ClipGlobalNorm(max_norm=0.5))
        clipping = "    optimizer.add_hook(chainer.optimizer_hooks.GradientClipping(0.5))"
        assert 0 < source.index(clipping) < source.index(decay)


def test_values_are_clipped_to_both_sides() -> None:
    source = source_of(clipping=ClipValue(limit=0.5))
    assert "chainer.optimizer_hooks.GradientHardClipping(-0.5, 0.5)" in source


@pytest.mark.parametrize(
    ("excluded", "decays", "does_not"),
    [
        (("bias", "norm"), "param.ndim > 1", "param.ndim <= 1"),
        (("bias",), 'param.name not in ["b"]', 'param.name in ["b"]'),
        (("norm",), 'param.name not in ["beta", "gamma"]', 'param.name in ["beta", "gamma"]'),
    ],
    ids=["both", "bias", "norm"],
)
def test_what_does_not_decay_is_told_by_rank_or_name(
    excluded: tuple[str, ...], decays: str, does_not: str
) -> None:
    """In a hook, in Chainer's AdamW and in a formula that is written out."""
    given: dict[str, Any] = {"weight_decay": 0.1, "decay_excludes": excluded}
    assert f"        if {decays}:" in source_of(optimizer=SGD(**given))
    own = source_of(optimizer=AdamW(**given, **UNCORRECTED))
    assert f"        if {does_not}:" in own
    assert "hyperparam.weight_decay_rate = 0.0" in own
    assert f"decay = 0.1 if {decays} else 0.0" in source_of(optimizer=AdamW(**given))


def test_gradients_of_micro_batches_are_averaged() -> None:
    """Cleared before the first, used after the last."""
    lines = [line.strip() for line in source_of(accumulate=3).splitlines()]
    first = lines.index("if optimizer.micro_batches % 3 == 0:")
    assert lines[first + 1] == "model.cleargrads()"
    assert lines[first + 3] == "(loss / 3).backward()"
    assert lines[first + 5 : first + 7] == [
        "if optimizer.micro_batches % 3 == 0:",
        "optimizer.update()",
    ]
    assert "optimizer.micro_batches = 0" in lines


def test_smoothed_labels_are_a_sum_of_two_losses() -> None:
    """Chainer's own has no label smoothing."""
    source = source_of(loss=SoftmaxCrossEntropy(label_smoothing=0.1))
    assert "return (1 - 0.1) * loss + 0.1 * uniform" in source


def test_sources_are_as_the_formatter_writes_them(tmp_path: Path) -> None:
    """With every formula written out, and with long arguments of Chainer's own."""

    @model(loss=SoftmaxCrossEntropy(label_smoothing=0.1), optimizer=SGD())
    def images() -> Tensor:
        return dense(layer_norm(flatten(input("x", (2, 3)))), 2)

    for number, (optimizer, *_) in enumerate([*OWN, *WRITTEN_OUT]):
        for spec in (images(), registry.build("mlp")):
            excluded = {} if optimizer.weight_decay else {"weight_decay": 0.123456}
            attributes = {**optimizer.attributes(), **excluded, "decay_excludes": ("norm",)}
            long = spec.replace(
                optimizer=type(optimizer)(**attributes),
                schedule=Cosine(steps=90, end_fraction=0.1, warmup_steps=10),
                clipping=ClipGlobalNorm(max_norm=0.5),
                accumulate=2,
            )
            for made in (long, spec.replace(optimizer=optimizer)):
                path = tmp_path / f"{spec.name}_{number}_{made.accumulate}.py"
                path.write_text(emit(made).source, encoding="utf-8")
    for command in (["format", "--diff"], ["check", "--quiet"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
