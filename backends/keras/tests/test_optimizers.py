"""The optimizers of the specification against Keras's own, in float64 over 20 steps.

`EQUAL` is the proof of Keras's column in the table of `zoo.training`.
"""

from __future__ import annotations

from typing import Any

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
    Cosine,
    NAdam,
    Optimizer,
    RMSprop,
    SoftmaxCrossEntropy,
    StepDecay,
)

pytestmark = [
    pytest.mark.framework,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

RATE = {"learning_rate": 0.05}
DECOUPLED = {"weight_decay": 0.1, "decay": "decoupled"}
DECAYING = {"weight_decay": 0.1}
INSIDE = {"epsilon_placement": "inside"}
UNCORRECTED = {"epsilon_placement": "uncorrected"}
OURS = {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.1}
THEIRS = {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.1}

EQUAL: dict[str, tuple[Optimizer, str, dict[str, Any]]] = {
    "sgd momentum": (SGD(momentum=0.9, **RATE), "SGD", {"momentum": 0.9}),
    "sgd nesterov": (
        SGD(momentum=0.9, nesterov=True, **RATE), "SGD", {"momentum": 0.9, "nesterov": True},
    ),
    "sgd decay": (SGD(momentum=0.9, **DECOUPLED, **RATE), "SGD", {"momentum": 0.9, **DECAYING}),
    "adagrad": (
        Adagrad(initial_accumulator=0.1, epsilon=1e-7, **INSIDE, **RATE), "Adagrad",
        {"initial_accumulator_value": 0.1, "epsilon": 1e-7},
    ),
    "adagrad decay": (
        Adagrad(epsilon=0.1, **INSIDE, **DECOUPLED, **RATE), "Adagrad",
        {"initial_accumulator_value": 0.0, "epsilon": 0.1, **DECAYING},
    ),
    "adadelta": (
        Adadelta(epsilon=1e-3, **DECOUPLED, **RATE), "Adadelta",
        {"rho": 0.95, "epsilon": 1e-3, **DECAYING},
    ),
    "rmsprop": (
        RMSprop(epsilon=1e-7, **INSIDE, **RATE), "RMSprop", {"rho": 0.9, "epsilon": 1e-7},
    ),
    "rmsprop centered": (
        RMSprop(centered=True, epsilon=1e-3, **INSIDE, **RATE), "RMSprop",
        {"rho": 0.9, "centered": True, "epsilon": 1e-3},
    ),
    "rmsprop momentum decay": (
        RMSprop(momentum=0.5, rho=0.99, epsilon=0.1, **INSIDE, **DECOUPLED, **RATE), "RMSprop",
        {"rho": 0.99, "momentum": 0.5, "epsilon": 0.1, **DECAYING},
    ),
    "adam": (Adam(**OURS, **UNCORRECTED, **RATE), "Adam", THEIRS),
    "adam decay": (
        Adam(**OURS, **UNCORRECTED, **DECOUPLED, **RATE), "Adam", {**THEIRS, **DECAYING},
    ),
    "adamw": (
        AdamW(**OURS, **UNCORRECTED, **DECAYING, **RATE), "AdamW", {**THEIRS, **DECAYING},
    ),
    "adamax": (
        Adamax(**OURS, epsilon_placement="outside", **DECOUPLED, **RATE), "Adamax",
        {**THEIRS, **DECAYING},
    ),
    "nadam": (NAdam(momentum_decay=1.0, **OURS, **DECOUPLED, **RATE), "Nadam",
              {**THEIRS, **DECAYING}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _float64(monkeypatch):
    """Keras without its two ways to float32.

    On PyTorch and JAX some of its operations narrow float64; on TensorFlow a Python float passes
    through float32 where it is cast to float64. Arguments escape that as NumPy's float64, the
    0.96 that stands in Nadam does not.
    """
    import keras
    from keras.src import ops
    from keras.src.backend.common import dtypes

    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    cast = ops.cast
    monkeypatch.setattr(
        ops, "cast", lambda x, dtype: cast(np.float64(x) if type(x) is float else x, dtype)
    )
    monkeypatch.setitem(dtypes.BIT64_TO_BIT32_DTYPE, "float64", "float64")
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def begin(name: str, given: dict[str, Any], excludes=(), parts=(1.0,)):
    """Steps of keras.optimizers; each applies these parts of the gradients one after the other."""
    import keras

    exact = {k: np.float64(v) if isinstance(v, float) else v for k, v in given.items()}
    exact["learning_rate"] = np.float64(0.05)

    def make(arrays, declared):
        weights = {n: keras.Variable(a, dtype="float64") for n, a in arrays.items()}
        optimizer = getattr(keras.optimizers, name)(**exact)
        left = [w for n, w in weights.items() if declared[n].group in excludes]
        if left:
            optimizer.exclude_from_weight_decay(var_list=left)

        def step(gradients):
            for part in parts:
                arrays = [part * gradients[name] for name in weights]
                tensors = [keras.ops.convert_to_tensor(a, dtype="float64") for a in arrays]
                optimizer.apply(tensors, list(weights.values()))
            return {n: keras.ops.convert_to_numpy(w.value).copy() for n, w in weights.items()}

        return step

    return make


@pytest.mark.parametrize("row", EQUAL)
def test_formulas_are_kerass(row: str) -> None:
    """With the arguments given, 20 steps give the same parameters, statistics and losses."""
    ours, name, given = EQUAL[row]
    second_opinion.check(begin(name, given), optimizer=ours)


@pytest.mark.parametrize("excludes", [("bias",), ("bias", "norm")])
def test_decay_leaves_out_what_keras_is_told_to_leave_out(excludes) -> None:
    """By exclude_from_weight_decay."""
    declared = AdamW(decay_excludes=excludes, **OURS, **UNCORRECTED, **DECAYING, **RATE)
    second_opinion.check(begin("AdamW", {**THEIRS, **DECAYING}, excludes), optimizer=declared)


def test_clipping_comes_before_decay_and_has_no_epsilon() -> None:
    """By the global norm and by value."""
    decaying = SGD(**DECOUPLED, **RATE)
    for clipping, given in (
        (ClipGlobalNorm(max_norm=0.3), {"global_clipnorm": 0.3}),
        (ClipValue(limit=0.02), {"clipvalue": 0.02}),
    ):
        second_opinion.check(
            begin("SGD", {**DECAYING, **given}), optimizer=decaying, clipping=clipping
        )


def test_accumulated_gradients_are_averaged() -> None:
    """Half and one and a half of the gradients count as the gradients."""
    given = {"momentum": 0.9, "gradient_accumulation_steps": 2, "clipvalue": 0.02}
    second_opinion.check(
        begin("SGD", given, parts=(0.5, 1.5)),
        optimizer=SGD(momentum=0.9, **RATE), clipping=ClipValue(limit=0.02), accumulate=2,
    )  # fmt: skip


def test_label_smoothing_is_kerass() -> None:
    """The value of CategoricalCrossentropy(label_smoothing=...)."""
    import keras

    from zoo.oracle.softmax_cross_entropy import loss

    random = np.random.default_rng(0)
    logits, labels = random.normal(size=(7, 5)), random.integers(0, 5, 7)
    value, _ = loss(SoftmaxCrossEntropy(label_smoothing=0.1), logits, labels)
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    found = keras.ops.convert_to_numpy(theirs(np.eye(5)[labels], logits))
    np.testing.assert_allclose(found, value, rtol=1e-14)


def test_schedules_are_kerass() -> None:
    """ExponentialDecay in a staircase and CosineDecay, to float32, in which Keras has pi on JAX."""
    import keras

    rates = keras.optimizers.schedules
    for ours, theirs in (
        (StepDecay(every=3, factor=0.5), rates.ExponentialDecay(1.0, 3, 0.5, staircase=True)),
        (Cosine(steps=15, end_fraction=0.25), rates.CosineDecay(1.0, 15, 0.25)),
    ):
        for step in range(20):
            found = float(keras.ops.convert_to_numpy(theirs(step)))
            np.testing.assert_allclose(found, ours.rate(step), rtol=0, atol=2**-23)
