"""Every request of the protocol, answered by a real worker process of the fake backend."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from zoo.errors import WorkerError
from zoo.worker.child import describe
from zoo.worker.timing import Plan

X = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0], [2.0, 2.0]])
Y = np.arange(12.0).reshape(4, 3)
FIXED = Plan.fixed(2, 5)._asdict()


def loss(weight, bias, x=X, y=Y):
    return np.mean((x @ weight.T + bias - y) ** 2)


def slope(function, array, epsilon=1e-6):
    """The gradient by central differences."""
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        step = np.zeros_like(array)
        step[index] = epsilon
        gradient[index] = (function(array + step) - function(array - step)) / (2 * epsilon)
    return gradient


def test_configure_returns_what_the_runtime_reads_back(worker, prepare):
    facts = prepare(worker)
    assert facts["numpy"] == np.__version__
    assert facts["threads"] == 1


def test_infer_returns_the_output(worker, prepare, state):
    prepare(worker)
    output = worker.request("infer", {"input.0": X}).arrays["output"]
    np.testing.assert_allclose(output, X @ state["weight"].T + state["bias"], rtol=1e-15)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_computed_in_the_dtype_under_test(worker, prepare, dtype):
    prepare(worker, dtype=dtype)
    assert worker.request("infer", {"input.0": X}).arrays["output"].dtype == dtype


def test_gradients_are_those_of_the_loss(worker, prepare, state):
    """An integer input has no gradient, and the reply has no array for it."""
    prepare(worker)
    sent = {"input.0": X, "input.1": np.arange(4), "target": Y}
    got = worker.request("gradients", sent, training=False).arrays
    weight, bias = state["weight"], state["bias"]
    assert set(got) == {
        *("output", "loss", "input.0", "parameter.weight", "parameter.bias"),
        *("state.weight", "state.bias", "state.running_mean"),
    }
    assert got["loss"] == pytest.approx(loss(weight, bias))
    by_weight = slope(lambda each: loss(each, bias), weight)
    by_input = slope(lambda each: loss(weight, bias, each), X)
    np.testing.assert_allclose(got["parameter.weight"], by_weight, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(got["input.0"], by_input, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("training", "moved"), [(False, 0.0), (True, 0.1)])
def test_statistics_move_only_in_training(worker, prepare, training, moved):
    prepare(worker)
    sent = {"input.0": X, "target": Y}
    got = worker.request("gradients", sent, training=training).arrays
    np.testing.assert_allclose(got["state.running_mean"], moved * X.mean(0))


def test_train_uses_each_steps_batch_and_masks_in_order(worker, prepare, state):
    prepare(worker)
    batches, targets = np.stack([X, -X, 2 * X]), np.stack([Y, Y + 1, Y])
    masks = np.random.default_rng(1).integers(0, 2, batches.shape).astype(float)
    sent = {"input.0": batches, "target": targets, "mask.mask": masks}
    got = worker.request("train", sent).arrays["loss"]
    weight, bias = state["weight"], state["bias"]
    expected = []
    for x, y in zip(batches * masks, targets):
        expected.append(loss(weight, bias, x, y))
        error = 2 * (x @ weight.T + bias - y) / y.size
        weight, bias = weight - 0.1 * error.T @ x, bias - 0.1 * error.sum(0)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    np.testing.assert_allclose(worker.request("state").arrays["state.weight"], weight, rtol=1e-12)


def test_write_replaces_state_without_loading_again(worker, prepare):
    prepare(worker)
    worker.request("write", {"state.bias": np.array([7.0, 8.0, 9.0])})
    assert worker.request("state").arrays["state.bias"].tolist() == [7.0, 8.0, 9.0]


@pytest.mark.parametrize("what", ["train_step", "inference"])
def test_time_gives_one_figure_for_each_repeat(worker, prepare, what):
    prepare(worker)
    sent = {"input.0": X, "target": Y}
    seconds = worker.request("time", sent, what=what, plan=FIXED).fields["seconds"]
    assert len(seconds) == 5
    assert min(seconds) > 0


def test_timed_training_steps_are_the_warm_up_and_the_repeats(worker, prepare, other_worker):
    """As many steps as asked for run, no more: the state says so."""
    prepare(worker)
    prepare(other_worker)
    sent = {"input.0": X, "target": Y}
    worker.request("time", sent, what="train_step", plan=Plan.fixed(2, 3)._asdict())
    stacked = {name: np.stack([array] * 5) for name, array in sent.items()}
    other_worker.request("train", stacked)
    timed = worker.request("state").arrays["state.weight"]
    np.testing.assert_array_equal(timed, other_worker.request("state").arrays["state.weight"])


@pytest.mark.parametrize(
    ("do", "arrays", "fields", "reason"),
    [
        ("dance", {}, {}, "no request 'dance'; possible: configure, load"),
        ("load", {}, {"source": "x"}, "field 'entry' is None; needed: str"),
        ("gradients", {"input.0": X}, {"training": True}, "array 'target' is missing"),
        ("gradients", {"input.0": X, "target": Y}, {"training": 1}, "'training' is 1"),
        ("infer", {"input.1": X}, {}, "array 'input.0' is missing"),
        ("time", {"input.0": X}, {"what": "tea", "plan": FIXED}, "cannot time 'tea'"),
    ],
)
def test_requests_that_do_not_hold_are_protocol_errors(worker, prepare, do, arrays, fields, reason):
    prepare(worker)
    with pytest.raises(WorkerError, match=reason) as caught:
        worker.request(do, arrays, **fields)
    assert caught.value.symptom == "protocol"
    assert caught.value.stage == do


def test_a_request_to_an_empty_worker_says_that_it_is_not_configured(worker):
    with pytest.raises(WorkerError, match="not configured") as caught:
        worker.request("infer", {"input.0": X})
    assert caught.value.symptom == "protocol"


def test_a_memory_error_is_described_as_out_of_memory():
    assert describe(MemoryError("no room"))["symptom"] == "out-of-memory"


def test_started_by_hand_it_says_who_starts_it():
    ran = subprocess.run(
        [sys.executable, "-m", "zoo.worker"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert ran.stderr.strip() == "zoo.worker is started by zoo, with a socket as its standard input"
