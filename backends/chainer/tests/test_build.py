"""`zoo.build` gives a chainer.Chain that Chainer's own trainer trains."""

from __future__ import annotations

import numpy as np
import pytest

import zoo
from zoo.data import digits
from zoo.models import registry
from zoo.oracle.run import evaluate
from zoo.spec import initial

pytestmark = [pytest.mark.framework, pytest.mark.filterwarnings("ignore")]


def test_a_built_chain_computes_what_the_oracle_computes() -> None:
    """With the given parameters and statistics, in float64."""
    import chainer

    spec = registry.build("resnet20", "tiny")
    state = initial.generic_state(spec)
    inputs = initial.random_inputs(spec, 2)
    model = zoo.build(spec, "chainer", state, dtype="float64")
    assert isinstance(model, chainer.Chain)
    with chainer.using_config("train", False):
        (output,) = map(model, inputs.values())
    np.testing.assert_allclose(output.array, evaluate(spec, state, inputs), rtol=1e-10, atol=1e-12)


def test_a_built_chain_trains_with_chainers_own_trainer() -> None:
    """With an iterator, an updater and a classifier of Chainer's; the digits are recognised."""
    import chainer
    import chainer.links as L

    data = digits.load()
    np.random.seed(0)
    model = zoo.build(registry.build("mlp", "digits"), "chainer")
    optimizer = chainer.optimizers.Adam().setup(L.Classifier(model))
    images = digits.flat(data.train_images).astype(np.float32)
    pairs = chainer.datasets.TupleDataset(images, data.train_labels.astype(np.int32))
    updater = chainer.training.StandardUpdater(
        chainer.iterators.SerialIterator(pairs, 32), optimizer
    )
    while updater.epoch < 3:
        updater.update()
    with chainer.using_config("train", False):
        logits = model(digits.flat(data.test_images).astype(np.float32)).array
    assert np.mean(logits.argmax(-1) == data.test_labels) > 0.9
