"""How emitted TensorFlow modules are trained; the default's source is in golden/."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zoo.emit.formulas import not_decayed
from zoo.models import registry
from zoo.spec import Spec
from zoo.training import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    SoftmaxCrossEntropy,
    StepDecay,
)
from zoo_tensorflow.emit import emit
from zoo_tensorflow.training import CLASSES
from zoo_tensorflow.weights import bindings

FUSED = "tf.raw_ops.ResourceApplyMomentum"
MOMENTUM = SGD(learning_rate=0.1, momentum=0.9)


def source(model: str = "mlp", **training: Any) -> str:
    return emit(spec(model, **training)).source


def spec(model: str = "mlp", **training: Any) -> Spec:
    return registry.build(model, "tiny").replace(**training)


@pytest.mark.parametrize("clipping", [None, ClipValue(limit=0.5)])
@pytest.mark.parametrize("accumulate", [1, 4])
def test_momentum_at_a_constant_rate_is_the_fused_op(clipping: Any, accumulate: int) -> None:
    """Clipping and micro-batches come before it."""
    assert FUSED in source(optimizer=MOMENTUM, clipping=clipping, accumulate=accumulate)


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": SGD(momentum=0.9, nesterov=True)},
        {"optimizer": SGD(momentum=0.9, dampening=0.5)},
        {"optimizer": SGD(momentum=0.9, weight_decay=0.1)},
        {"optimizer": SGD(momentum=0.9, weight_decay=0.1, decay="decoupled")},
        {"optimizer": MOMENTUM, "schedule": StepDecay(every=5)},
        {"optimizer": MOMENTUM, "schedule": Constant(warmup_steps=5)},
    ],
    ids=["nesterov", "dampening", "coupled", "decoupled", "schedule", "warm-up"],
)
def test_other_momentum_is_written_out(training: dict[str, Any]) -> None:
    text = source(**training)
    assert FUSED not in text
    assert "velocity.assign(0.9 * velocity + " in text


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_is_a_module_with_lists_that_the_runtime_can_name(kind: str) -> None:
    """What stands in the class is what the weight map knows."""
    text = source(optimizer=OPTIMIZERS[kind]())
    assert f"class {CLASSES[kind]}(tf.Module):" in text
    found = set(re.findall(r"self\.(\w+) = \[\s*tf\.Variable", text))
    assert found <= set(bindings(spec()).kept)
    assert bool(found) == (kind != "sgd")


def test_a_number_that_is_chosen_by_the_step_has_the_dtype_of_the_module() -> None:
    """Of two plain numbers tf.where makes float32."""
    text = source(optimizer=SGD(momentum=0.9, dampening=0.3))
    assert "undamped = tf.where(step == 1, tf.constant(1.0, DTYPE), 1 - 0.3)" in text


def test_what_does_not_decay_is_told_by_its_rank_where_that_is_the_same() -> None:
    both = source(optimizer=AdamW(decay_excludes=("bias", "norm")))
    assert "decay = 0.01 if len(variable.shape) > 1 else 0.0" in both
    bias = source(optimizer=AdamW(decay_excludes=("bias",)))
    assert "decay = 0.01 if variable.ref() not in self.not_decayed else 0.0" in bias
    assert 'if name == "bias" and isinstance(variable, tf.Variable)' in bias


@pytest.mark.parametrize("excluded", ["bias", "norm"])
@pytest.mark.parametrize("model", registry.MODELS)
def test_attribute_names_tell_what_does_not_decay(model: str, excluded: str) -> None:
    """No variable that decays has the name of one that does not."""
    trained = spec(model, optimizer=AdamW(decay_excludes=(excluded,)))
    left, slots = set(not_decayed(trained)), bindings(trained).states
    parameters = [n for n, state in trained.states.items() if state.role == "parameter"]
    names = {n: slots[n].name.rpartition(".")[2] for n in parameters}
    assert not {names[n] for n in left} & {names[n] for n in parameters if n not in left}


def test_an_embedding_is_dense_before_it_is_clipped() -> None:
    """Only where there is one: its gradient has a row for each use of a token."""
    dense = "gradients = [tf.convert_to_tensor(g) for g in gradients]"
    text = source("transformer", clipping=ClipGlobalNorm(max_norm=2.0))
    clip = "gradients, _ = tf.clip_by_global_norm(gradients, 2.0)"
    assert text.index(dense) < text.index(clip) < text.index("optimizer.apply(gradients)")
    assert dense not in source(clipping=ClipGlobalNorm())


@pytest.mark.framework
def test_clipping_takes_every_row_of_a_sparse_gradient_for_itself() -> None:
    """Two rows of one token, 3 and 4, have the norm 5; the gradient is their sum."""
    import tensorflow as tf

    sparse = tf.IndexedSlices(tf.constant([[3.0], [4.0]]), tf.constant([1, 1]), tf.constant([2, 1]))
    _, norm = tf.clip_by_global_norm([sparse], 1.0)
    _, of_the_sum = tf.clip_by_global_norm([tf.convert_to_tensor(sparse)], 1.0)
    assert (float(norm), float(of_the_sum)) == (5.0, 7.0)


def test_the_mean_of_micro_batches_is_clipped() -> None:
    text = source(optimizer=Adam(), clipping=ClipValue(limit=0.5), accumulate=4)
    mean = "gradients = [total / 4 for total in self.sums]"
    clip = "gradients = [tf.clip_by_value(g, -0.5, 0.5) for g in gradients]"
    assert text.index(mean) < text.index(clip) < text.index("self.optimizer.apply(gradients)")
    assert text.count("clip_by_value") == 1
    assert "return Accumulated(Adam(model.trainable_variables, learning_rate=0.001))" in text


def test_a_cosine_imports_math_for_pi() -> None:
    """And a mean squared error does not, though it calls tf.math."""
    assert "\nimport math\n" in source(schedule=Cosine(steps=9))
    assert "import math" not in source(schedule=StepDecay(every=9))


def test_smoothed_labels_are_probabilities() -> None:
    text = source(loss=SoftmaxCrossEntropy(label_smoothing=0.25))
    assert "labels = (1 - 0.25) * labels + 0.25 / 3" in text
    assert "sparse_softmax" not in text
