"""The optimizers of the specification against PyTorch's own, in float64 over 20 steps.

`EQUAL` is the proof of PyTorch's column in the table of `zoo.training`.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest

from tests.training import second_opinion
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
    Schedule,
    StepDecay,
)

pytestmark = pytest.mark.framework

RATE = {"learning_rate": 0.05}
DECAYING = {"weight_decay": 0.1}
BETAS = {"beta1": 0.8, "beta2": 0.95}

EQUAL: dict[str, tuple[Optimizer, str, dict[str, Any]]] = {
    "sgd": (SGD(**RATE), "SGD", {}),
    "sgd momentum": (SGD(momentum=0.9, **RATE), "SGD", {"momentum": 0.9}),
    "sgd dampening": (
        SGD(momentum=0.9, dampening=0.5, **RATE), "SGD", {"momentum": 0.9, "dampening": 0.5},
    ),
    "sgd dampening without momentum": (SGD(dampening=0.5, **RATE), "SGD", {"dampening": 0.5}),
    "sgd nesterov": (
        SGD(momentum=0.9, nesterov=True, **RATE), "SGD", {"momentum": 0.9, "nesterov": True},
    ),
    "sgd decay": (
        SGD(momentum=0.9, **DECAYING, **RATE), "SGD", {"momentum": 0.9, **DECAYING},
    ),
    "adagrad": (Adagrad(**RATE), "Adagrad", {}),
    "adagrad start": (
        Adagrad(initial_accumulator=0.1, epsilon=0.1, **DECAYING, **RATE), "Adagrad",
        {"initial_accumulator_value": 0.1, "eps": 0.1, **DECAYING},
    ),
    "adadelta": (Adadelta(), "Adadelta", {"lr": 1.0, "rho": 0.95}),
    "adadelta decay": (
        Adadelta(rho=0.9, epsilon=1e-3, **DECAYING, **RATE), "Adadelta", {"eps": 1e-3, **DECAYING},
    ),
    "rmsprop": (RMSprop(**RATE), "RMSprop", {"alpha": 0.9}),
    "rmsprop centered": (
        RMSprop(centered=True, epsilon=1e-3, **RATE), "RMSprop",
        {"alpha": 0.9, "centered": True, "eps": 1e-3},
    ),
    "rmsprop momentum decay": (
        RMSprop(momentum=0.5, rho=0.99, epsilon=0.1, **DECAYING, **RATE), "RMSprop",
        {"momentum": 0.5, "eps": 0.1, **DECAYING},
    ),
    "adam": (Adam(**RATE), "Adam", {}),
    "adam coupled": (
        Adam(epsilon=0.1, **BETAS, **DECAYING, **RATE), "Adam",
        {"betas": (0.8, 0.95), "eps": 0.1, **DECAYING},
    ),
    "adam decoupled": (
        Adam(decay="decoupled", **DECAYING, **RATE), "Adam",
        {"decoupled_weight_decay": True, **DECAYING},
    ),
    "adamw": (AdamW(**RATE), "AdamW", {}),
    "adamw decay": (AdamW(**DECAYING, **BETAS, **RATE), "AdamW",
                    {"betas": (0.8, 0.95), **DECAYING}),
    "adamax": (Adamax(**RATE), "Adamax", {}),
    "adamax epsilon": (
        Adamax(epsilon=0.1, **BETAS, **DECAYING, **RATE), "Adamax",
        {"betas": (0.8, 0.95), "eps": 0.1, **DECAYING},
    ),
    "nadam": (NAdam(**RATE), "NAdam", {}),
    "nadam coupled": (
        NAdam(epsilon=0.1, momentum_decay=0.1, **BETAS, **DECAYING, **RATE), "NAdam",
        {"betas": (0.8, 0.95), "eps": 0.1, "momentum_decay": 0.1, **DECAYING},
    ),
    "nadam decoupled": (
        NAdam(decay="decoupled", **DECAYING, **RATE), "NAdam",
        {"decoupled_weight_decay": True, **DECAYING},
    ),
}  # fmt: skip

LATER: dict[str, tuple[Schedule, Callable[[Any, Any], Any]]] = {
    "steps": (StepDecay(every=3, factor=0.5), lambda lr, o: lr.StepLR(o, 3, gamma=0.5)),
    "cosine": (
        Cosine(steps=20, end_fraction=0.1),
        lambda lr, o: lr.CosineAnnealingLR(o, 20, eta_min=0.1 * 0.05),
    ),
    "warm-up": (
        Constant(warmup_steps=7),
        lambda lr, o: lr.LinearLR(o, start_factor=1 / 7, total_iters=6),
    ),
    "warm-up, then cosine": (
        Cosine(steps=15, warmup_steps=5),
        lambda lr, o: lr.SequentialLR(
            o,
            [
                lr.LinearLR(o, start_factor=1 / 5, total_iters=4),
                lr.CosineAnnealingLR(o, 15),
            ],
            milestones=[5],
        ),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _float64():
    """NAdam keeps the product of its momenta in the default dtype."""
    import torch

    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def begin(name: str, given: dict[str, Any], *, excludes=(), clip=None, schedule=None):
    """Steps of torch.optim; `clip` is called with the parameters before each."""
    import torch

    def make(arrays, declared):
        weights = {n: torch.nn.Parameter(torch.tensor(a)) for n, a in arrays.items()}
        kept = [w for n, w in weights.items() if declared[n].group not in excludes]
        left = [w for n, w in weights.items() if declared[n].group in excludes]
        groups = [{"params": kept}]
        if left:
            groups.append({"params": left, "weight_decay": 0.0})
        optimizer = getattr(torch.optim, name)(groups, **{"lr": 0.05, **given})
        rates = schedule(torch.optim.lr_scheduler, optimizer) if schedule else None

        def step(gradients):
            for each, weight in weights.items():
                weight.grad = torch.tensor(gradients[each])
            if clip:
                clip(list(weights.values()))
            optimizer.step()
            if rates:
                rates.step()
            return {n: w.detach().numpy().copy() for n, w in weights.items()}

        return step

    return make


@pytest.mark.parametrize("row", EQUAL)
def test_formulas_are_pytorchs(row: str) -> None:
    """With the arguments given, 20 steps give the same parameters, statistics and losses."""
    ours, name, given = EQUAL[row]
    second_opinion.check(begin(name, given), optimizer=ours)


@pytest.mark.parametrize("excludes", [("bias",), ("norm",), ("bias", "norm")])
def test_decay_leaves_out_what_a_parameter_group_without_decay_leaves_out(excludes) -> None:
    """In both kinds of decay."""
    for ours, name in ((SGD, "SGD"), (AdamW, "AdamW")):
        declared = ours(decay_excludes=excludes, **DECAYING, **RATE)
        second_opinion.check(begin(name, DECAYING, excludes=excludes), optimizer=declared)


@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")
@pytest.mark.parametrize("row", LATER)
def test_schedules_are_pytorchs(row: str) -> None:
    """The rate stands outside the momentum, so that it is the same under a schedule."""
    schedule, theirs = LATER[row]
    for ours, name, given in (EQUAL["sgd momentum"], EQUAL["adamw decay"]):
        second_opinion.check(begin(name, given, schedule=theirs), optimizer=ours, schedule=schedule)


def test_cosine_stays_at_its_end_where_pytorchs_rises_again() -> None:
    """CosineAnnealingLR is periodic."""
    import torch

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4)
    rates = []
    for _ in range(9):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        theirs.step()
    ours = [Cosine(steps=4).rate(step) for step in range(9)]
    np.testing.assert_allclose(rates[:5], ours[:5], rtol=0, atol=1e-15)
    np.testing.assert_allclose(rates[5:], ours[3::-1], rtol=0, atol=1e-15)
    assert ours[5:] == [0.0] * 4


def test_accumulation_averages_before_the_clipping() -> None:
    """Four micro-batches a step."""
    from torch.nn.utils import clip_grad_value_

    second_opinion.check(
        begin("SGD", {"momentum": 0.9}, clip=lambda w: clip_grad_value_(w, 0.02)),
        optimizer=SGD(momentum=0.9, **RATE), clipping=ClipValue(limit=0.02), accumulate=4,
    )  # fmt: skip


def test_clipping_by_value_comes_before_coupled_decay() -> None:
    """As in a loop that clips what `backward` gave."""
    from torch.nn.utils import clip_grad_value_

    second_opinion.check(
        begin("SGD", DECAYING, clip=lambda w: clip_grad_value_(w, 0.02)),
        optimizer=SGD(**DECAYING, **RATE), clipping=ClipValue(limit=0.02),
    )  # fmt: skip


def test_clipping_by_the_norm_is_pytorchs_but_for_its_epsilon() -> None:
    """The norm that clip_grad_norm_ returns, by which it divides after it has added 1e-6."""
    import torch
    from torch.nn.utils import clip_grad_norm_

    def divide(weights) -> None:
        norm = clip_grad_norm_(weights, float("inf"))
        for weight in weights:
            weight.grad /= torch.clamp(norm / 0.3, min=1.0)

    second_opinion.check(
        begin("SGD", {}, clip=divide),
        optimizer=SGD(**RATE), clipping=ClipGlobalNorm(max_norm=0.3),
    )  # fmt: skip
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([3.0, 4.0])
    clip_grad_norm_([weight], 1.0)
    np.testing.assert_allclose(weight.grad, np.array([3.0, 4.0]) / (5.0 + 1e-6), rtol=1e-15)


def test_label_smoothing_is_pytorchs() -> None:
    """Value and gradient of cross_entropy(label_smoothing=...)."""
    import torch

    from zoo.oracle.softmax_cross_entropy import loss
    from zoo.training import SoftmaxCrossEntropy

    random = np.random.default_rng(0)
    logits, labels = random.normal(size=(7, 5)), random.integers(0, 5, 7)
    for smoothing in (0.0, 0.1, 1.0):
        value, gradient = loss(SoftmaxCrossEntropy(label_smoothing=smoothing), logits, labels)
        theirs = torch.tensor(logits, requires_grad=True)
        wanted = torch.nn.functional.cross_entropy(
            theirs, torch.tensor(labels), label_smoothing=smoothing
        )
        wanted.backward()
        np.testing.assert_allclose(value, wanted.item(), rtol=1e-14)
        np.testing.assert_allclose(gradient, theirs.grad, rtol=0, atol=1e-16)
