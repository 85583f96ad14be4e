"""`zoo.build` gives a tf.Module that TensorFlow's own loop trains."""

from __future__ import annotations

import numpy as np
import pytest

import zoo
from zoo.data import digits
from zoo.models import registry
from zoo.oracle.run import evaluate
from zoo.spec import initial

pytestmark = pytest.mark.framework


def test_a_built_module_computes_what_the_oracle_computes() -> None:
    """With the given parameters and statistics, in float64; its images are channels last."""
    import tensorflow as tf

    spec = registry.build("resnet20", "tiny")
    state = initial.generic_state(spec)
    inputs = initial.random_inputs(spec, 2)
    model = zoo.build(spec, "tensorflow", state, dtype="float64")
    assert isinstance(model, tf.Module)
    (image,) = inputs.values()
    output = model(tf.constant(image.transpose(0, 2, 3, 1))).numpy()
    np.testing.assert_allclose(output, evaluate(spec, state, inputs), rtol=1e-10, atol=1e-12)


def test_a_built_module_trains_in_tensorflows_own_loop() -> None:
    """With tf.data, a GradientTape and an update of the variables; the digits are recognised."""
    import tensorflow as tf

    data = digits.load()
    tf.random.set_seed(0)
    model = zoo.build(registry.build("mlp", "digits"), "tensorflow")
    pairs = (digits.flat(data.train_images).astype(np.float32), data.train_labels.astype(np.int32))
    batches = tf.data.Dataset.from_tensor_slices(pairs).shuffle(2000, seed=0).batch(32)

    @tf.function
    def step(images: tf.Tensor, labels: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.1 * gradient)

    for _ in range(3):
        for images, labels in batches:
            step(images, labels)
    logits = model(tf.constant(digits.flat(data.test_images), tf.float32)).numpy()
    assert np.mean(logits.argmax(-1) == data.test_labels) > 0.9
