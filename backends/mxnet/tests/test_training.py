"""What the MXNet emitter writes for each training: Gluon's own where it means the same."""

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
from zoo_mxnet.emit import emit

UNCORRECTED: dict[str, Any] = {"epsilon_placement": "uncorrected"}
INSIDE: dict[str, Any] = {"epsilon_placement": "inside"}
DECOUPLED: dict[str, Any] = {"weight_decay": 0.1, "decay": "decoupled"}

OWN: list[tuple[Optimizer, str]] = [
    (SGD(), 'sgd = {"learning_rate": 0.01}'),
    (SGD(nesterov=True), 'sgd = {"learning_rate": 0.01}'),
    (SGD(momentum=0.5), 'sgd = {"learning_rate": 0.01, "momentum": 0.5}'),
    (SGD(weight_decay=0.1), 'sgd = {"learning_rate": 0.01, "wd": 0.1}'),
    (SGD(momentum=0.5, nesterov=True), 'nag = {"learning_rate": 0.01, "momentum": 0.5}'),
    (Adam(**UNCORRECTED), 'adam = {"learning_rate": 0.001}'),
    (Adam(beta2=0.99, epsilon=1e-7, **UNCORRECTED),
     'adam = {"learning_rate": 0.001, "beta2": 0.99, "epsilon": 1e-07}'),
]  # fmt: skip

WRITTEN_OUT: list[tuple[Optimizer, str, str]] = [
    (SGD(**DECOUPLED), "SGD", "The weight decay is decoupled; that of mx.optimizer.SGD is coupled"),
    (SGD(momentum=0.5, dampening=0.1), "SGD", "mx.optimizer.SGD has no dampening"),
    (SGD(momentum=0.5, nesterov=True, weight_decay=0.1), "NAG",
     "The velocity of mx.optimizer.NAG gets the decay of the weight after the step"),
    (Adagrad(), "AdaGrad", "mx.optimizer.AdaGrad keeps float32, whatever the parameters are"),
    (Adagrad(**INSIDE), "AdaGrad", "mx.optimizer.AdaGrad keeps float32"),
    (Adadelta(), "AdaDelta", "mx.optimizer.AdaDelta keeps float32"),
    (RMSprop(**INSIDE), "RMSProp", "mx.optimizer.RMSProp keeps float32"),
    (Adam(), "Adam", "Epsilon is 'outside'; that of mx.optimizer.Adam is 'uncorrected'"),
    (AdamW(**UNCORRECTED), "AdamW", "MXNet has no AdamW"),
    (Adamax(), "Adamax", "mx.optimizer.Adamax has no epsilon"),
    (NAdam(), "Nadam", "mx.optimizer.Nadam moves its schedule of the momentum once for each para"),
]  # fmt: skip


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD())
def small() -> Tensor:
    return dense(batch_norm(dense(input("x", (4,)), 3)), 2)


def source_of(**training: Any) -> str:
    return emit(small().replace(**training)).source


@pytest.mark.parametrize(("optimizer", "written"), OWN, ids=[text for _, text in OWN])
def test_gluons_trainer_gets_mxnets_own_optimizer_where_it_means_the_same(
    optimizer: Optimizer, written: str
) -> None:
    """By its name, with its defaults left out."""
    source = source_of(optimizer=optimizer)
    name = written.partition(" ")[0]
    assert f"    {written}\n" in source
    assert f'gluon.Trainer(model.collect_params(), "{name}", {name})' in source
    assert "mx.optimizer" not in source


@pytest.mark.parametrize(
    ("optimizer", "name", "why"), WRITTEN_OUT, ids=[w for *_, w in WRITTEN_OUT]
)
def test_another_formula_is_written_out_with_its_reason(
    optimizer: Optimizer, name: str, why: str
) -> None:
    """As a class of MXNet's optimizers, of which the trainer gets one."""
    source = source_of(optimizer=optimizer)
    assert f'class {name}(mx.optimizer.Optimizer):\n    """{why}' in source
    assert f"    optimizer = {name}(learning_rate={optimizer.learning_rate})" in source
    assert "gluon.Trainer(model.collect_params(), optimizer)" in source


@pytest.mark.parametrize("nesterov", [False, True], ids=["plain", "nesterov"])
def test_momentum_under_a_schedule_is_written_out(nesterov: bool) -> None:
    """MXNet's keeps the rate inside, where a new rate does not reach what is there already."""
    optimizer = SGD(momentum=0.5, nesterov=nesterov)
    source = source_of(optimizer=optimizer, schedule=StepDecay(every=2))
    assert f"class {'NAG' if nesterov else 'SGD'}(mx.optimizer.Optimizer):" in source


def test_a_decay_in_steps_is_mxnets_own() -> None:
    """Without the bound that its FactorScheduler keeps otherwise."""
    source = source_of(schedule=StepDecay(every=2, factor=0.5))
    assert "mx.lr_scheduler.FactorScheduler(2, 0.5, stop_factor_lr=0, base_lr=0.01)" in source
    assert "rate_factor" not in source


@pytest.mark.parametrize(
    ("schedule", "factor"),
    [
        (Constant(warmup_steps=3), "step / 3 if step <= 3 else 1.0"),
        (Cosine(steps=9), "(1 + math.cos(math.pi * min(step - 1, 9) / 9)) / 2"),
        (StepDecay(every=2, warmup_steps=3), "step / 3 if step <= 3 else 0.1 ** ((step - 4) // 2)"),
    ],
    ids=["warm-up", "cosine", "steps after warm-up"],
)
def test_other_schedules_are_written_out(schedule: Any, factor: str) -> None:
    """MXNet's cosine is one step ahead, its steps count the warm-up; its first update is 1."""
    source = source_of(schedule=schedule)
    assert f"return {factor}\n" in source
    assert "    schedule = Schedule(base_lr=0.01)\n" in source
    assert '"lr_scheduler": schedule}' in source


def test_values_are_clipped_by_the_optimizer_where_the_weight_decay_comes_after() -> None:
    """MXNet's Adam clips after it; mx.nd.clip is in single precision."""
    clipping, limit = ClipValue(limit=0.5), '"clip_gradient": 0.5'
    for optimizer in (SGD(weight_decay=0.1), SGD(momentum=0.5), Adam(**UNCORRECTED)):
        assert limit in source_of(optimizer=optimizer, clipping=clipping)
    adam = source_of(optimizer=Adam(weight_decay=0.1, **UNCORRECTED), clipping=clipping)
    assert limit not in adam
    assert "mx.optimizer.Adam clips after" in adam
    for optimizer in (Adam(weight_decay=0.1), NAdam()):
        lines = source_of(optimizer=optimizer, clipping=clipping).splitlines()
        place = lines.index("        grad = mx.nd.maximum(mx.nd.minimum(grad, 0.5), -0.5)")
        assert lines[place - 2] == "        grad = self.rescale_grad * grad"


def test_the_global_norm_is_clipped_before_the_step() -> None:
    source = source_of(clipping=ClipGlobalNorm(max_norm=0.5))
    assert "    clip_gradients(model, 0.5)\n    trainer.step(1)" in source


@pytest.mark.parametrize(
    ("excluded", "names"),
    [
        (("bias", "norm"), ".*(bias|beta|gamma)$"),
        (("bias",), ".*bias$"),
        (("norm",), ".*(beta|gamma)$"),
    ],
    ids=["both", "bias", "norm"],
)
def test_what_does_not_decay_is_told_by_the_end_of_its_name(
    excluded: tuple[str, ...], names: str
) -> None:
    """MXNet's own optimizers and those that are written out heed wd_mult."""
    given: dict[str, Any] = {"weight_decay": 0.1, "decay_excludes": excluded}
    for optimizer in (SGD(**given), AdamW(**given)):
        source = source_of(optimizer=optimizer)
        assert f'    model.collect_params("{names}").setattr("wd_mult", 0.0)\n' in source
    assert "decay = self._get_wd(index)" in source
    assert "AdamW(learning_rate=0.001, wd=0.1)" in source


def test_gradients_of_micro_batches_are_averaged() -> None:
    """They add up from zero, and the last one makes the step."""
    source = source_of(accumulate=3)
    assert 'parameter.grad_req = "add"' in source
    lines = [line.strip() for line in source[source.index("def train_step") :].splitlines()]
    assert lines[2:4] == [
        "if trainer.micro_batches % 3 == 0:", "model.collect_params().zero_grad()",
    ]  # fmt: skip
    assert lines[6:8] == ["share = loss / 3", "backward(share, model, x)"]
    assert lines[9] == "if trainer.micro_batches % 3 == 0:"
    assert lines[10].startswith("trainer.step(1)")


def test_smoothed_labels_are_a_sum_of_two_losses() -> None:
    source = source_of(loss=SoftmaxCrossEntropy(label_smoothing=0.1))
    assert "return (1 - 0.1) * loss - 0.1 * F.mean(log_p)" in source


def test_sources_are_as_the_formatter_writes_them(tmp_path: Path) -> None:
    """With every formula written out, and with long arguments of MXNet's own."""

    @model(loss=SoftmaxCrossEntropy(label_smoothing=0.1), optimizer=SGD())
    def images() -> Tensor:
        return dense(layer_norm(flatten(input("x", (2, 3)))), 2)

    optimizers = [optimizer for optimizer, *_ in (*OWN, *WRITTEN_OUT)]
    optimizers.append(RMSprop(momentum=0.5, centered=True))
    for number, optimizer in enumerate(optimizers):
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
