"""Known other conventions of losses and training steps."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.models import registry
from zoo.parity.case import make_case, seen_by_oracle
from zoo.parity.variants.losses import loss_variants
from zoo.parity.variants.training import training_variants
from zoo.training import (
    SGD,
    Adam,
    ClipGlobalNorm,
    Cosine,
    MeanSquaredError,
    RMSprop,
    SoftmaxCrossEntropy,
)

LOSSES = {
    "mse": MeanSquaredError(),
    "cross-entropy": SoftmaxCrossEntropy(),
    "smoothed": SoftmaxCrossEntropy(label_smoothing=0.2),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_the_other_loss(name: str) -> None:
    """The slope along a random direction, by central differences; no two have the same words."""
    loss, random = LOSSES[name], np.random.default_rng(0)
    output = random.normal(size=(3, 2, 4))
    integers = loss.kind == "softmax_cross_entropy"
    target = random.integers(0, 4, (3, 2)) if integers else random.normal(size=output.shape)
    way, step = random.normal(size=output.shape), 1e-6
    found = list(loss_variants(loss))
    assert len({v.words for v in found}) == len(found) >= 4
    for variant in found:
        _, grad = variant.function(output, target)
        high, low = (variant.function(output + s * way, target)[0] for s in (step, -step))
        slope = (high - low) / (2 * step)
        assert np.sum(grad * way) == pytest.approx(slope, rel=1e-6, abs=1e-8), variant.words


OPTIMIZERS = {
    "sgd": {"optimizer": SGD(learning_rate=0.05, momentum=0.8, weight_decay=0.01)},
    "adam": {
        "optimizer": Adam(weight_decay=0.01),
        "schedule": Cosine(steps=9, warmup_steps=2),
        "clipping": ClipGlobalNorm(max_norm=0.1),
    },
    "rmsprop": {"optimizer": RMSprop(momentum=0.5)},
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_other_training_step_leads_elsewhere(name: str) -> None:
    """Each trains to other parameters than the model's own, and has words of its own."""
    spec = registry.build("mlp", "tiny").replace(**OPTIMIZERS[name])
    case = make_case(spec, batch=4, steps=3)
    exact = seen_by_oracle(case)
    found = list(training_variants(spec))
    assert len({v.words for v in found}) == len(found) > 8
    for variant in found:
        other = seen_by_oracle(make_case(variant.spec, batch=4, steps=3))
        key = ("steps", "parameter", "output.weight")
        assert not np.array_equal(exact[key], other[key]), variant.words
