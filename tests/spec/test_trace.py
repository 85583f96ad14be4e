"""Tracing: names, blocks, shapes, and errors at the line that made them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from zoo.errors import SpecError
from zoo.ops import (
    add,
    concatenate,
    conv2d,
    dense,
    dropout,
    embedding,
    flatten,
    input,
    max_pool,
    mean,
    multiply,
    relu,
    reshape,
    select,
    self_attention,
    softmax,
    transpose,
)
from zoo.spec import Call, Spec, Tensor, block, model
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy


def spec_of(function, loss=None) -> Spec:
    return trace(
        function, name="made", summary="Made", loss=loss or MeanSquaredError(),
        optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip


def test_shapes_are_inferred_while_the_model_is_written() -> None:
    """A tensor knows its shape without the batch."""
    seen = []

    def body() -> Tensor:
        x = conv2d(input("x", (3, 9, 8)), 4, 3, stride=2, pads=(0, 1, 1, 1))
        seen.append(x.shape)
        return flatten(x)

    spec = spec_of(body)
    assert seen == [(4, 4, 4)]
    assert spec.output_type.shape == (64,)


def test_automatic_names_count_from_one_and_skip_taken_ones() -> None:
    """A given name is kept; the others get the op's stem and a number."""

    def body() -> Tensor:
        x = relu(input("x", (4,)), name="relu1")
        return dense(relu(relu(x)), 2)

    assert [n.path for n in spec_of(body).nodes] == ["relu1", "relu2", "relu3", "dense1"]


def test_a_block_keeps_its_name_arguments_and_body() -> None:
    """Defaults are filled in, tensors become inputs."""

    @block
    def part(x: Tensor, units: int, bias: bool = True) -> Tensor:
        return dense(x, units, bias=bias, name="inner")

    spec = spec_of(lambda: part(input("x", (4,)), 3, name="first"))
    (call,) = spec.body
    assert isinstance(call, Call)
    assert (call.block, call.name) == ("part", "first")
    assert call.arguments == (("units", 3), ("bias", True))
    assert call.inputs == (("x", "x"),)
    assert list(spec.states) == ["first.inner.weight", "first.inner.bias"]


def test_automatic_names_are_as_good_as_given_ones() -> None:
    """They avoid chains, and what JSON would refuse is refused at once."""

    def chained() -> Tensor:
        return dense(relu(relu(input("x", (3,)), name="relu1.0")), 2)

    assert [n.path for n in spec_of(chained).nodes] == ["relu1.0", "relu2", "dense1"]

    def long(x: Tensor) -> Tensor:
        return dense(x, 2)

    long.__name__ = "a" * 64
    with pytest.raises(SpecError, match=r"aaa... is no name"):
        spec_of(lambda: block(long)(input("x", (3,))))


def test_model_decorator_gives_a_spec() -> None:
    """The first docstring line is the summary; a call with arguments traces anew."""

    @model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.1))
    def small(units: int = 2) -> Tensor:
        """A small model.

        More words.
        """
        return dense(input("x", (4,)), units)

    assert small().summary == "A small model"
    assert small(units=5).output_type.shape == (5,)
    assert small() == small()
    assert small().hash != small(units=5).hash


@block
def given(x: Tensor, value: object, _hidden: object = None) -> Tensor:
    return dense(x, 2)


@block
def taking(x: Tensor, value: object) -> Tensor:
    return dense(x, 2)


@block
def reading(x: Tensor) -> Tensor:
    return add(x, input("y", (3,)))


@block
def joining(*tensors: Tensor) -> Tensor:
    return add(*tensors)


def passed(value: object) -> Tensor:
    return taking(input("x", (3,)), value)


def after_a_chain() -> Tensor:
    x = relu(input("x", (3,)), name="relu1.0")
    relu(relu(x), name="relu1")
    return x


def same_conv(kernel: object, shape=(3, 8, 8), pads="same", **more: object) -> Tensor:
    return conv2d(input("x", shape), 3, kernel, pads=pads, **more)


MISTAKES = {
    "shapes": (lambda: add(input("x", (4,)), input("y", (5,))), "shapes must be equal"),
    "window": (lambda: conv2d(input("x", (3, 4, 4)), 2, 7, name="stem"), "stem: .*7 does not fit"),
    "groups": (lambda: conv2d(input("x", (3, 4, 4)), 4, 3, groups=2), "groups must divide"),
    "rank": (lambda: conv2d(input("x", (3,)), 4, 3), "needs a tensor of rank 4"),
    "units": (lambda: dense(input("x", (3,)), 0), "units must be .* from 1 to 16777216,"),
    "huge": (lambda: dense(input("x", (3,)), 10**9), "units must be a whole number"),
    "too many": (lambda: dense(input("x", (2**20,)), 2**20), "elements, the limit is"),
    "float units": (lambda: dense(input("x", (3,)), 2.0), "got 2.0"),
    "rate": (lambda: dropout(input("x", (3,)), 1.0), "drop_rate must be a number from 0 to 0.99"),
    "axis": (lambda: softmax(input("x", (3,)), axis=0), "axis 0 is the batch"),
    "axis range": (lambda: softmax(input("x", (3,)), axis=4), "axis must be from 1 to 1"),
    "heads": (lambda: self_attention(input("x", (3, 7)), 2), "heads must divide"),
    "pads": (lambda: max_pool(input("x", (3, 4, 4)), 2, pads=2), "each pad must be smaller"),
    "elements": (lambda: reshape(input("x", (3, 4)), (5,)), "reshape: .* 12 elements"),
    "axes": (lambda: transpose(input("x", (3, 4)), (1, 1)), "axes must be an order of 1 to 2"),
    "index": (lambda: select(input("x", (3, 4)), 3, axis=1), "index must be from 0 to 2"),
    "joined": (lambda: concatenate(input("x", (3, 4)), input("y", (2, 5)), axis=1), "must agree"),
    "ids": (lambda: embedding(input("x", (3,)), 4, 5), "embedding needs integers"),
    "ids too large": (
        lambda: embedding(input("x", (3,), dtype="int", below=6), 5, 2),
        r"vocabulary of 5 has no rows for all of \(batch, 3\) of integers below 6; give it 6",
    ),
    "ids unsized": (lambda: input("x", (3,), dtype="int"), "integers need `below`"),
    "not floats": (lambda: relu(input("x", (3,), dtype="int", below=2)), "needs floats"),
    "one tensor": (lambda: multiply(input("x", (3,))), "takes 2 to 16 inputs, got 1"),
    "number": (lambda: relu(3), "expected a tensor of the model, got 3"),
    "list": (lambda: add([input("x", (3,)), input("y", (3,))]), "each tensor as an argument of"),
    "no tensors": (lambda: concatenate(axis=1), "takes 2 to 16 inputs, got 0"),
    "later one": (lambda: concatenate(input("x", (3,)), 3, axis=1), "expected a tensor .* got 3"),
    "mean of a word": (lambda: mean("x", axis=1), "^mean: expected a tensor .* got 'x'"),
    "softmax of a number": (lambda: softmax(3), "^softmax: expected a tensor of .* got 3"),
    "select of nothing": (lambda: select(None, 0, axis=1), "^select: expected a tensor .* None"),
    "same of a word": (lambda: conv2d("x", 3, 3, pads="same"), "expected a tensor of the model"),
    "same, kernel": (lambda: same_conv("ab"), "kernel must be 2 whole numbers .* got 'ab'"),
    "same, float": (lambda: same_conv(3.0), "kernel must be 2 whole numbers .* got 3.0"),
    "same, no kernel": (lambda: same_conv(None), "kernel must be 2 whole numbers .* got None"),
    "same, one side": (lambda: same_conv((3,)), r"kernel must be 2 whole numbers .* got \(3,\)"),
    "same, no stride": (lambda: same_conv(3, stride=0), r"stride must be .* from 1 to 4096"),
    "same, dilation": (lambda: same_conv(3, dilation="x"), "dilation must be 2 whole numbers"),
    "same, rank": (lambda: same_conv(3, (3,)), "needs a tensor of rank 4"),
    "another same": (lambda: same_conv(3, pads="SAME"), "pads must be 4 whole .* got 'SAME'"),
    "array of pads": (lambda: same_conv(3, pads=np.ones(4, int)), "pads must be .* got array"),
    "array of words": (lambda: dropout(input("x", (3,)), 0.1, form=np.ones(2)), "form must be one"),
    "numbered name": (lambda: dense(input("x", (3,)), 3, name=7), "7 is no name"),
    "name": (lambda: relu(input("x", (3,)), name="a-b"), "'a-b' is no name"),
    "keyword": (lambda: relu(input("x", (3,)), name="class"), "'class' is no name"),
    "code": (lambda: relu(input("x", (3,)), name="x; import os"), "is no name"),
    "twice": (lambda: relu(relu(input("x", (3,)), name="a"), name="a"), "taken already"),
    "chain gap": (lambda: relu(relu(input("x", (3,)), name="a.0"), name="a.2"), "expected a.1"),
    "chain taken": (lambda: relu(relu(input("x", (3,)), name="a"), name="a.0"), "single layer"),
    "input's name": (lambda: relu(input(None, (3,))), "^input None is no name"),
    "input of a chain": (lambda: relu(input("x.0", (3,))), "^input 'x.0' is no name"),
    "input in a block": (lambda: reading(input("x", (3,))), "reading1.y: an input belongs to the"),
    "hidden argument": (lambda: given(input("x", (3,)), 1), "given1: argument '_hidden' is no nam"),
    "lambda": (lambda: block(lambda x: relu(x)), "^block '<lambda>' is no name"),
    "no function": (lambda: block(partial(relu)), "^block None is no name"),
    "many tensors": (lambda: joining(input("x", (3,))), "a block takes 1 to 16 tensors .* got 0"),
    "not a number": (lambda: passed(float("nan")), "^taking1: argument value must be .* got nan"),
    "infinite": (lambda: passed(float("inf")), "argument value must be .* finite .* got inf"),
    "digits": (lambda: passed(10**5000), "argument value must be .* thousands of digits"),
    "digits in a tuple": (lambda: passed((1, 10**5000)), "argument value .* thousands of digits"),
    "long word": (lambda: passed("a" * 1001), "argument value must be .* 1000 characters"),
    "long tuple": (lambda: passed((1,) * 17), "argument value must be .* at most 16 whole numbers"),
    "words": (lambda: passed(("a",)), "argument value must be"),
    "number of NumPy": (lambda: passed(np.float64(1.0)), "argument value must be"),
    "object": (lambda: passed(object()), "argument value must be"),
    "chain's name": (after_a_chain, "relu1: this name is taken by a chain already"),
    "nothing": (lambda: input("x", (3,)), "an input and at least one layer"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_an_error_that_names_the_line(mistake: str) -> None:
    """One line: the layer, what was given, what is possible, and where in the model."""
    function, message = MISTAKES[mistake]
    with pytest.raises(SpecError, match=message) as caught:
        spec_of(function)
    assert "\n" not in str(caught.value)
    if mistake != "nothing":
        assert "[test_trace.py, line " in str(caught.value)


def test_layers_outside_a_model_are_refused() -> None:
    """There is no hidden global model."""
    with pytest.raises(SpecError, match="marked with @model"):
        input("x", (3,))


def test_a_failed_trace_leaves_nothing_behind() -> None:
    """The next model starts clean."""
    with pytest.raises(SpecError):
        spec_of(lambda: relu(3))
    assert len(spec_of(lambda: dense(input("x", (3,)), 2)).nodes) == 1


def test_a_tensor_from_outside_a_block_is_refused() -> None:
    """A block is closed: what it reads is an argument."""

    def body() -> Tensor:
        x = input("x", (3,))

        @block
        def leaky(y: Tensor) -> Tensor:
            return add(x, y)

        return leaky(relu(x))

    with pytest.raises(SpecError, match="belongs to another block"):
        spec_of(body)


def test_a_tensor_cannot_decide_an_if() -> None:
    """A traced model has no values."""

    def body() -> Tensor:
        x = input("x", (3,))
        return relu(x) if x else x

    with pytest.raises(SpecError, match="has no value"):
        spec_of(body)


def test_what_the_output_does_not_depend_on_is_refused() -> None:
    """Frameworks disagree on the gradient of an unused layer: zero, None or an error."""

    def unused_layer() -> Tensor:
        x = input("x", (3,))
        dense(x, 4, name="lost")
        return dense(x, 4)

    def unused_input() -> Tensor:
        input("lost", (3,))
        return relu(input("x", (3,)))

    for body in (unused_layer, unused_input):
        with pytest.raises(SpecError, match="lost: the output does not depend on it"):
            spec_of(body)


def test_a_model_without_parameters_is_refused() -> None:
    """There is nothing to train, and some optimizers refuse an empty list."""
    with pytest.raises(SpecError, match="no parameters"):
        spec_of(lambda: relu(input("x", (3,))))


def test_endless_nesting_is_refused() -> None:
    """A block that calls itself for ever is one clear error."""

    @block
    def again(x: Tensor) -> Tensor:
        return again(x)

    with pytest.raises(SpecError, match="nested more than 16 deep"):
        spec_of(lambda: again(input("x", (3,))))


def test_a_loss_that_does_not_suit_the_output_is_refused() -> None:
    """Cross-entropy needs two classes at least."""
    with pytest.raises(SpecError, match="at least two classes"):
        spec_of(lambda: dense(input("x", (3,)), 1), SoftmaxCrossEntropy())
