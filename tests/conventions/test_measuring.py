"""Each recipe finds the convention that a function written here has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zoo.conventions import measuring


def raise_error(*_args):
    raise ValueError("no")


@pytest.mark.parametrize("epsilon", [1e-3, 2e-5, 1e-6, 1.19e-7, 1e-12])
def test_epsilon_is_solved_for(epsilon) -> None:
    """To one part in a thousand, in float32."""

    def normalize(x):
        return (x / np.sqrt(x.var() + np.float32(epsilon))).astype(np.float32)

    assert measuring.epsilon_of(normalize) == pytest.approx(epsilon, rel=1e-3)


@pytest.mark.parametrize("law", ["zeros", "constant", "uniform", "normal", "truncated normal"])
def test_laws_are_told_apart(law) -> None:
    """From half a million samples."""
    rng = np.random.default_rng(0)
    normal = rng.normal(size=500_000)
    samples = {
        "zeros": np.zeros(5),
        "constant": np.ones(5),
        "uniform": rng.uniform(-0.07, 0.07, 500_000),
        "normal": 0.02 * normal,
        "truncated normal": 0.02 * normal[np.abs(normal) < 2],
    }
    assert measuring.law_of(samples[law]) == law


def test_a_value_of_none_of_the_words_is_an_error() -> None:
    """A third convention is not taken for one of the two known ones."""
    words = {"biased": 1.0, "unbiased": 2.0}
    assert measuring.which(2.0 + 1e-6, words) == "unbiased"
    assert measuring.which(math.nan, {"nan": math.nan}) == "nan"
    with pytest.raises(ValueError, match=r"1\.5 is none of"):
        measuring.which(1.5, words)


def test_an_exception_is_an_outcome() -> None:
    """Else the words decide."""
    assert measuring.outcome(raise_error, str) == "error"
    assert measuring.outcome(lambda: 3, lambda y: f"{y}") == "3"


def test_layouts_are_read_from_shapes_and_from_what_is_accepted() -> None:
    """Sizes are all different."""
    sizes = {"in": 2, "out": 3, "height": 4}
    assert measuring.layout_of((3, 2, 4), sizes) == "out, in, height"

    def call(shape):
        if shape != (4, 2, 3):
            raise ValueError(shape)

    assert measuring.accepted_layout(call, sizes) == "height, in, out"
    with pytest.raises(ValueError, match="6 layouts were taken"):
        measuring.accepted_layout(lambda shape: None, sizes)


@pytest.mark.parametrize(("left", "right"), [(0, 1), (1, 0)])
def test_same_pads_are_read_from_the_borders(left, right) -> None:
    """A window of three ones counts how much of it is inside."""

    def convolve(length):
        x = np.pad(np.ones(length), (left, right))
        return np.array([x[i : i + 3].sum() for i in range(0, length, 2)])

    assert measuring.same_pads(convolve) == [left, right]


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmax_axis(axis) -> None:
    """The last axis is −1."""

    def softmax(x):
        return np.exp(x) / np.exp(x).sum(axis, keepdims=True)

    assert measuring.softmax_axis(softmax) == axis


def cross_entropy(logits, labels, axis):
    logs = logits - np.log(np.exp(logits).sum(axis, keepdims=True))
    return -np.take_along_axis(logs, np.expand_dims(labels, axis), axis).squeeze(axis)


@pytest.mark.parametrize(("axis", "word"), [(1, "1"), (-1, "last")])
def test_class_axis(axis, word) -> None:
    """The labels of the other shape do not fit."""
    assert measuring.class_axis(lambda x, y: cross_entropy(x, y, axis)) == word


@pytest.mark.parametrize(
    ("reduce", "word"),
    [(np.mean, "mean"), (np.sum, "sum"), (lambda each: each, "per example")],
)
def test_reduction_of_losses_made_to_order(reduce, word) -> None:
    """The logits have the cross entropies that were asked for."""
    each = cross_entropy(measuring.logits_for([1, 2, 6]), np.zeros(3, int), -1)
    np.testing.assert_allclose(each, [1, 2, 6], rtol=1e-6)
    assert measuring.reduction(reduce(each)) == word


@pytest.mark.parametrize("ignored", [-100, -1, None])
@pytest.mark.parametrize("mean", [True, False])
def test_ignored_label(ignored, mean) -> None:
    """A label that is clipped to a real one is not ignored."""

    def loss(logits, labels):
        labels = np.asarray(labels)
        counts = labels != ignored
        each = cross_entropy(logits, np.clip(labels, 0, 1), -1) * counts
        return each.sum() / counts.sum() if mean else each

    words = {-100: "−100", -1: "−1", None: "none"}
    assert measuring.ignored_label(loss) == words[ignored]
    assert measuring.ignored_label(raise_error) == "none"


@pytest.mark.parametrize(
    "order", ["input, forget, candidate, output", "output, candidate, forget, input"]
)
def test_lstm_gates(order) -> None:
    """From one step of a cell with every weight zero."""

    def step(index):
        bias = dict.fromkeys(order.split(", "), 0.0)
        bias[order.split(", ")[index]] = 100.0
        gate = {name: 1 / (1 + math.exp(-value)) for name, value in bias.items()}
        cell = gate["forget"] * 4 + gate["input"] * math.tanh(bias["candidate"])
        return gate["output"] * math.tanh(cell), cell

    assert measuring.lstm_gates(step) == order


def test_kept_fraction_of_rmsprop() -> None:
    """From a step whose gradient dwarfs the start and epsilon."""
    step = 1e4 / (math.sqrt(0.01 * 1e8 + 0.99) + 1e-8)
    assert measuring.kept_fraction(step) == pytest.approx(0.99, rel=1e-6)


def test_a_derivative_that_is_missing_is_a_word() -> None:
    """Zero is another one."""
    assert measuring.slope_word(None) == "none"
    assert measuring.slope_word(np.array(0.0)) == "0"


def test_a_rare_draw_outside_the_bounds_does_not_change_the_law() -> None:
    """Some frameworks let one in a hundred thousand through."""
    samples = np.random.default_rng(0).normal(size=500_000)
    samples = samples[np.abs(samples) < 2]
    samples[:3] = 3.5
    assert measuring.law_of(samples) == "truncated normal"


def test_a_dense_layer_that_computes_in_single_precision_is_found() -> None:
    """Whatever the dtype of its result."""
    assert measuring.dense_precision(lambda x, w: x @ w) == "double"
    single = lambda x, w: (x.astype("f4") @ w.astype("f4")).astype("f8")  # noqa: E731
    assert measuring.dense_precision(single) == "single"


def test_single_precision_in_a_double_result_is_found() -> None:
    """An error function rounded to float32 on the way."""
    erf = np.vectorize(math.erf)
    assert measuring.erf_precision(erf) == "double"
    assert measuring.erf_precision(lambda x: erf(x).astype(np.float32)) == "single"
    exact = lambda x: x * (1 + erf(x / 2**0.5)) / 2  # noqa: E731
    assert measuring.gelu_precision(exact) == "double"
    assert measuring.gelu_precision(lambda x: exact(x) * (1 + 1e-9)) == "single"


@pytest.mark.parametrize(("blank", "word"), [(0, "first class"), (2, "last class")])
def test_ctc_blank(blank, word) -> None:
    """The label may be written twice, or once beside the blank."""

    def losses(p, label):
        first, second = p
        ways = first[label] * second[label]
        ways += first[label] * second[blank] + first[blank] * second[label]
        return -np.log(ways)

    assert measuring.ctc_blank(losses) == word
