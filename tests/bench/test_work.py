"""Operations and bytes of a call, against what a person counts."""

from __future__ import annotations

import zoo
from zoo import ops
from zoo.bench.work import backward, bytes_moved, flops
from zoo.training import SGD, MeanSquaredError

BATCH = 7


def spec(define):
    return zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))(define)()


def test_the_first_layer_has_one_product_backward_and_the_second_two():
    """The gradient of the data is not needed; that of what the first layer gave is."""

    def two() -> object:
        """Two dense layers without bias."""
        x = ops.dense(ops.input("x", (5,)), 4, bias=False, name="first")
        return ops.dense(x, 3, bias=False, name="second")

    first, second = 2 * 5 * 4, 2 * 4 * 3
    assert backward(spec(two)) == first + 2 * second
    assert flops(spec(two), BATCH) == {
        "inference": BATCH * (first + second),
        "gradients": BATCH * (2 * first + 3 * second),
        "train_step": BATCH * (2 * first + 3 * second),
    }


def test_a_product_of_two_trained_things_has_a_gradient_for_each():
    """An elementwise product costs twice as much backward, an activation once."""

    def product() -> object:
        """A dense layer times its own ReLU."""
        x = ops.dense(ops.input("x", (5,)), 4, bias=False, name="first")
        return ops.multiply(x, ops.relu(x))

    dense, each = 2 * 5 * 4, 4
    assert backward(spec(product)) == dense + each + 2 * each


def test_what_only_data_goes_through_costs_nothing_backward():
    """An activation before the first layer has no gradient to compute."""

    def late() -> object:
        """ReLU, then a dense layer."""
        return ops.dense(ops.relu(ops.input("x", (5,))), 4, bias=False, name="first")

    assert backward(spec(late)) == 2 * 5 * 4


def test_bytes_are_those_of_parameters_inputs_and_outputs():
    """Counted by hand for one dense layer, in float32 and in float64."""

    def one() -> object:
        """A dense layer."""
        return ops.dense(ops.input("x", (5,)), 4, name="first")

    parameters, inputs, output = 5 * 4 + 4, BATCH * 5, BATCH * 4
    found = bytes_moved(spec(one), BATCH, "float32")
    assert found["inference"] == 4 * (parameters + inputs + output)
    assert found["gradients"] == 4 * (2 * parameters + inputs + 2 * output)
    assert found["train_step"] == 4 * (4 * parameters + inputs + 2 * output)
    assert bytes_moved(spec(one), BATCH, "float64")["inference"] == 2 * found["inference"]


def test_the_mlp_is_close_to_three_times_forward():
    """The rule of thumb holds up to the first layer's gradient of the data."""
    mlp = zoo.models.mlp()
    first = 2 * 784 * 512
    assert abs(backward(mlp) - (2 * mlp.flops - first)) < 0.02 * mlp.flops
