"""`zoo.build` gives a pure function and its trees, which a JAX program's own loop trains."""

from __future__ import annotations

import numpy as np
import pytest

import zoo
from zoo.data import digits
from zoo.models import registry
from zoo.oracle.run import evaluate
from zoo.spec import initial

pytestmark = pytest.mark.framework


def test_a_built_model_computes_what_the_oracle_computes() -> None:
    """With the given parameters and statistics, in float64, for an image channels last."""
    import jax

    spec = registry.build("resnet20", "tiny")
    state = initial.generic_state(spec)
    inputs = initial.random_inputs(spec, 2)
    (image,) = inputs.values()
    try:
        model = zoo.build(spec, "jax", state, dtype="float64")
        output, _ = jax.jit(model.apply)(model.params, model.state, image.transpose(0, 2, 3, 1))
        assert output.dtype == "float64"
        np.testing.assert_allclose(output, evaluate(spec, state, inputs), rtol=1e-10, atol=1e-12)
    finally:
        jax.config.update("jax_enable_x64", False)


def test_a_built_model_trains_in_a_loop_of_ones_own() -> None:
    """With another optimizer, Adam, written over the trees; the digits are recognised."""
    import jax
    import jax.numpy as jnp

    data = digits.load()
    model = zoo.build(registry.build("mlp", "digits"), "jax")
    images, labels = digits.flat(data.train_images), data.train_labels

    def batch_loss(params, state, key, x, targets):
        logits, state = model.apply(params, state, x, training=True, key=key)
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[:, None], axis=1)
        return -jnp.mean(chosen), state

    @jax.jit
    def step(params, state, mean, square, count, key, x, targets):
        grads, state = jax.grad(batch_loss, has_aux=True)(params, state, key, x, targets)
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, grads)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, grads)
        scale = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        move = lambda p, m, s: p - scale * m / (jnp.sqrt(s) + 1e-8)  # noqa: E731
        return jax.tree.map(move, params, mean, square), state, mean, square

    params, state = model.params, model.state
    mean = square = jax.tree.map(jnp.zeros_like, params)
    order = np.random.default_rng(0)
    count = 0
    for _ in range(3):
        for batch in np.array_split(order.permutation(len(images)), len(images) // 32):
            count += 1
            key = jax.random.key(count)
            x, targets = images[batch].astype("float32"), labels[batch].astype("int32")
            params, state, mean, square = step(params, state, mean, square, count, key, x, targets)
    logits, _ = model.apply(params, state, digits.flat(data.test_images).astype("float32"))
    assert np.mean(np.argmax(logits, -1) == data.test_labels) > 0.9
