"""How emitted Keras modules are trained; the default's source is in golden/."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np
import pytest

from zoo.emit.formulas import not_decayed
from zoo.models import registry
from zoo.ops import dense, dropout, input, sigmoid, softmax
from zoo.spec import Spec
from zoo.spec.trace import trace
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
from zoo_keras.emit import EMITTERS, emit
from zoo_keras.weights import KEPT, bindings

DECOUPLED: dict[str, Any] = {"weight_decay": 0.1, "decay": "decoupled"}
INSIDE: dict[str, Any] = {"epsilon_placement": "inside"}
OUTSIDE: dict[str, Any] = {"epsilon_placement": "outside"}
UNCORRECTED: dict[str, Any] = {"epsilon_placement": "uncorrected"}


def source(model: str = "mlp", engine: str = "jax", **training: Any) -> str:
    return emit(spec(model, **training), engine=engine).source


def spec(model: str = "mlp", **training: Any) -> Spec:
    return registry.build(model, "tiny").replace(**training)


NATIVE: dict[str, tuple[Optimizer, str]] = {
    "sgd": (SGD(), "SGD(learning_rate=0.01)"),
    "nesterov": (
        SGD(momentum=0.9, nesterov=True), "SGD(learning_rate=0.01, momentum=0.9, nesterov=True)",
    ),
    "adagrad": (
        Adagrad(initial_accumulator=0.1, epsilon=1e-7, **INSIDE), "Adagrad(learning_rate=0.01)",
    ),
    "adadelta": (
        Adadelta(epsilon=1e-7, **DECOUPLED), "Adadelta(learning_rate=1.0, weight_decay=0.1)",
    ),
    "rmsprop": (
        RMSprop(epsilon=1e-7, centered=True, **INSIDE),
        "RMSprop(learning_rate=0.001, centered=True)",
    ),
    "adam": (Adam(epsilon=1e-7, beta1=0.8, **UNCORRECTED), "Adam(learning_rate=0.001, beta_1=0.8)"),
    "adamw": (
        AdamW(epsilon=1e-7, **UNCORRECTED), "AdamW(learning_rate=0.001, weight_decay=0.01)",
    ),
    "adamax": (Adamax(epsilon=1e-7, **OUTSIDE), "Adamax(learning_rate=0.002)"),
    "nadam": (NAdam(epsilon=1e-7, momentum_decay=1.0), "Nadam(learning_rate=0.002)"),
}  # fmt: skip


@pytest.mark.parametrize("name", NATIVE)
def test_what_keras_means_is_keras_s_own_optimizer(name: str) -> None:
    """With arguments as its users write them, and named by its own lists."""
    optimizer, call = NATIVE[name]
    text = source(optimizer=optimizer)
    assert f"optimizer=keras.optimizers.{call}" in text
    assert "(keras.optimizers.Optimizer)" not in text
    kept = bindings(spec(optimizer=optimizer), engine="jax").kept
    assert set(kept) == set(KEPT[optimizer.kind])


WRITTEN_OUT: dict[str, tuple[dict[str, Any], str]] = {
    "dampening": (
        {"optimizer": SGD(momentum=0.9, dampening=0.5)},
        "With dampening, which keras.optimizers.SGD does not have.",
    ),
    "schedule": (
        {"optimizer": SGD(momentum=0.9), "schedule": StepDecay(every=5)},
        "The rate is outside of the velocity; keras.optimizers.SGD has it inside.",
    ),
    "warm-up": (
        {"optimizer": RMSprop(momentum=0.9, **INSIDE), "schedule": Constant(warmup_steps=5)},
        "The rate is outside of the velocity; keras.optimizers.RMSprop has it inside.",
    ),
    "coupled": (
        {"optimizer": Adadelta(weight_decay=0.1)},
        "The weight decay is coupled; that of keras.optimizers.Adadelta is decoupled.",
    ),
    "adam": (
        {"optimizer": Adam()},
        "Epsilon is 'outside'; that of keras.optimizers.Adam is 'uncorrected'.",
    ),
    "adamax": (
        {"optimizer": Adamax()},
        "Epsilon is 'inside'; that of keras.optimizers.Adamax is 'outside'.",
    ),
    "nadam": (
        {"optimizer": NAdam()},
        "With a momentum_decay, which is always 1 in keras.optimizers.Nadam.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_what_keras_means_otherwise_is_written_out_and_says_why(name: str) -> None:
    training, why = WRITTEN_OUT[name]
    assert f'(keras.optimizers.Optimizer):\n    """{why}"""' in source(**training)


def test_nadam_is_written_out_on_tensorflow_alone() -> None:
    """There, Keras has a constant of it in float32."""
    own = NAdam(momentum_decay=1.0)
    for engine in EMITTERS:
        native = "keras.optimizers.Nadam(" in source(engine=engine, optimizer=own)
        assert native == (engine != "tensorflow")


def test_plain_descent_takes_a_schedule() -> None:
    """It has no velocity that could have the rate inside."""
    cosine = "keras.optimizers.schedules.CosineDecay(0.01, 9, alpha=0.5)"
    assert cosine in source(optimizer=SGD(), schedule=Cosine(steps=9, end_fraction=0.5))


def test_a_staircase_of_micro_batches_has_longer_steps() -> None:
    text = source(optimizer=SGD(), schedule=StepDecay(every=5), accumulate=4)
    assert "0.01, 20, 0.1, staircase=True" in text


def test_a_schedule_that_keras_lacks_is_written_out_and_says_why() -> None:
    """A cosine of micro-batches would not stay in its place for the batches of one step."""
    warm = source(schedule=Cosine(steps=9, warmup_steps=3))
    assert '"""Keras\'s warm-up is another ramp."""' in warm
    micro = source(schedule=Cosine(steps=9), accumulate=4)
    assert '"""Keras gives the number of the micro-batch."""' in micro
    assert "step = ops.cast(step // 4, keras.config.floatx())" in micro


def test_the_base_class_clips_decays_and_accumulates() -> None:
    """For what is written out too, but for coupled decay, which stands in its formula."""
    text = source(optimizer=AdamW(), clipping=ClipGlobalNorm(max_norm=2.0), accumulate=4)
    assert "class AdamW(keras.optimizers.Optimizer):" in text
    assert re.findall(r"(\w+)=([\d.]+)", text.partition("optimizer=AdamW(")[2])[:4] == [
        ("learning_rate", "0.001"), ("weight_decay", "0.01"), ("global_clipnorm", "2.0"),
        ("gradient_accumulation_steps", "4"),
    ]  # fmt: skip
    coupled = source(optimizer=Adam(weight_decay=0.1), clipping=ClipValue(limit=0.5))
    assert "optimizer=Adam(learning_rate=0.001, clipvalue=0.5)" in coupled
    assert "gradient = gradient + 0.1 * variable" in coupled


def test_what_does_not_decay_is_excluded_by_rank_where_that_is_the_same() -> None:
    """Before the optimizer is built, by the variables themselves."""
    both = source(optimizer=AdamW(decay_excludes=("bias", "norm")))
    assert "[v for v in model.trainable_variables if len(v.shape) < 2]" in both
    norm = source(optimizer=AdamW(decay_excludes=("norm",)))
    assert '[v for v in model.trainable_variables if v.name in ("gamma", "beta")]' in norm
    coupled = source(optimizer=Adam(weight_decay=0.1, decay_excludes=("bias",)))
    assert "decay = 0.1 if self._use_weight_decay(variable) else 0.0" in coupled
    assert '[v for v in model.trainable_variables if v.name == "bias"]' in coupled


@pytest.mark.parametrize("excluded", ["bias", "norm"])
@pytest.mark.parametrize("model", registry.MODELS)
def test_names_of_variables_tell_what_does_not_decay(model: str, excluded: str) -> None:
    """No variable that decays has the name of one that does not."""
    trained = spec(model, optimizer=AdamW(decay_excludes=(excluded,)))
    left, slots = set(not_decayed(trained)), bindings(trained, engine="jax").states
    parameters = [n for n, state in trained.states.items() if state.role == "parameter"]
    names = {n: slots[n].name.rpartition("/")[2] for n in parameters}
    assert not {names[n] for n in left} & {names[n] for n in parameters if n not in left}


def test_the_rate_in_a_velocity_is_taken_out() -> None:
    """Keras's SGD keeps it with the sign of the movement, its RMSprop without."""
    sgd = SGD(learning_rate=0.25, momentum=0.9)
    rmsprop = RMSprop(learning_rate=0.25, momentum=0.9, **INSIDE)
    found = [bindings(spec(optimizer=each), engine="jax").kept for each in (sgd, rmsprop)]
    assert found[0]["momentums"].scale == -4.0
    assert found[1]["_momentums"].scale == 4.0


def test_a_sparse_gradient_is_made_dense_on_tensorflow_alone() -> None:
    """Where the model has an embedding and the gradient is squared or clipped as it comes."""
    dense = "ops.add(ops.zeros_like(v), g)"
    own = Adam(**UNCORRECTED)
    for engine in EMITTERS:
        for training in ({"optimizer": own}, {"optimizer": Adam()}, {"clipping": ClipValue()}):
            text = source("transformer", engine=engine, **training)
            assert (dense in text) == (engine == "tensorflow")
    sparse = source("transformer", engine="tensorflow", optimizer=own)
    assert "class Adam(keras.optimizers.Adam):" in sparse
    assert "optimizer=Adam(" in sparse
    for training in ({}, {"optimizer": own, "accumulate": 2}):
        assert dense not in source("transformer", engine="tensorflow", **training)
    assert dense not in source(engine="tensorflow", optimizer=Adam())


@pytest.mark.framework
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_keras_squares_every_row_of_a_sparse_gradient_for_itself() -> None:
    """A token used twice, each time with the gradient -2: 4 + 4 on TensorFlow, elsewhere 16."""
    import keras

    tokens = keras.Input((2,), dtype="int32")
    rows = keras.layers.Embedding(2, 1, embeddings_initializer="zeros")(tokens)
    model = keras.Model(tokens, keras.ops.sum(rows, axis=1))
    adagrad = keras.optimizers.Adagrad(initial_accumulator_value=0.0)
    model.compile(optimizer=adagrad, loss="mean_squared_error")
    model.train_on_batch(np.array([[1, 1]]), np.array([[1.0]]))
    found = keras.ops.convert_to_numpy(adagrad._accumulators[0].value)
    assert found.tolist() == [[0.0], [8.0 if keras.backend.backend() == "tensorflow" else 16.0]]


def test_integer_labels_are_smoothed_by_a_loss_of_its_own() -> None:
    text = source(loss=SoftmaxCrossEntropy(label_smoothing=0.25))
    assert "loss=SmoothedCrossentropy()" in text
    assert "label_smoothing=0.25" in text


@pytest.mark.framework
def test_a_number_times_a_symbolic_tensor_is_sparse_to_keras() -> None:
    """Why GELU is a layer on TensorFlow, where what is sparse has other kernels."""
    import keras

    x = keras.Input((3,))
    assert (0.5 * x).sparse
    assert not (x / 2.0).sparse
    assert not keras.layers.Activation(lambda each: 0.5 * each)(x).sparse


@pytest.mark.framework
@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
@pytest.mark.filterwarnings("ignore:.*received `from_logits=True`:UserWarning")
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_cross_entropy_takes_the_output_off_again(kind: str) -> None:
    """On TensorFlow alone; elsewhere the logits are what is given."""
    import keras

    y = getattr(keras.ops, kind)(keras.ops.convert_to_tensor([[0.0, 3.0]]))
    given, label = keras.ops.convert_to_numpy(y)[0], keras.ops.convert_to_tensor([0])
    found = keras.losses.sparse_categorical_crossentropy(label, y, from_logits=True)
    meant = float(np.log(np.exp(given).sum()) - given[0])
    off = float(np.log(1 + np.exp(3.0)))
    on_tensorflow = keras.backend.backend() == "tensorflow"
    np.testing.assert_allclose(float(found[0]), off if on_tensorflow else meant, rtol=1e-5)


def test_a_softmax_before_the_loss_stays_on_tensorflow() -> None:
    """With the loss written out; dropout between the two hides nothing."""
    for last in (softmax, sigmoid, lambda x: dropout(softmax(x), 0.5)):
        spec = trace(
            partial(lambda last: last(dense(input("x", (4,)), 3)), last),
            name="model", summary="", loss=SoftmaxCrossEntropy(), optimizer=SGD(),
        )  # fmt: skip
        assert "loss=CrossentropyOfOutput()" in emit(spec, engine="tensorflow").source
        assert "CrossentropyOfOutput" not in emit(spec, engine="jax").source
