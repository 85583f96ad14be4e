"""`zoo.build` gives a HybridBlock that Gluon's own loop trains."""

from __future__ import annotations

import numpy as np
import pytest

import zoo
from zoo.data import digits
from zoo.models import registry
from zoo.oracle.run import evaluate
from zoo.spec import initial

pytestmark = [
    pytest.mark.framework,
    pytest.mark.filterwarnings("ignore"),
]


def test_a_built_block_computes_what_the_oracle_computes() -> None:
    """With the given parameters and statistics, in float64."""
    import mxnet as mx

    spec = registry.build("resnet20", "tiny")
    state = initial.generic_state(spec)
    inputs = initial.random_inputs(spec, 2)
    model = zoo.build(spec, "mxnet", state, dtype="float64")
    assert isinstance(model, mx.gluon.HybridBlock)
    (image,) = inputs.values()
    output = model(mx.nd.array(image, dtype="float64")).asnumpy()
    np.testing.assert_allclose(output, evaluate(spec, state, inputs), rtol=1e-10, atol=1e-12)


def test_a_built_block_trains_in_gluons_own_loop() -> None:
    """With a DataLoader, a Trainer and a loss of Gluon's; the digits are recognised."""
    import mxnet as mx
    from mxnet import autograd, gluon

    data = digits.load()
    mx.random.seed(0)
    model = zoo.build(registry.build("mlp", "digits"), "mxnet")
    model.hybridize()
    images = digits.flat(data.train_images).astype(np.float32)
    pairs = gluon.data.ArrayDataset(images, data.train_labels.astype(np.int32))
    trainer = gluon.Trainer(model.collect_params(), "adam")
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for _ in range(3):
        for image, label in gluon.data.DataLoader(pairs, batch_size=32, shuffle=True):
            with autograd.record():
                losses = loss(model(image), label)
            losses.backward()
            trainer.step(len(label))
    logits = model(mx.nd.array(digits.flat(data.test_images))).asnumpy()
    assert np.mean(logits.argmax(-1) == data.test_labels) > 0.9
