"""Small models that together use every op with every attribute, a few lines each."""

from __future__ import annotations

from typing import Callable

from zoo.ops import (
    add,
    avg_pool,
    batch_norm,
    concatenate,
    conv2d,
    dense,
    dropout,
    embedding,
    flatten,
    gelu_erf,
    gelu_tanh,
    global_avg_pool,
    input,
    layer_norm,
    learned_positions,
    log_softmax,
    max_pool,
    mean,
    multiply,
    relu,
    reshape,
    select,
    self_attention,
    sigmoid,
    softmax,
    tanh,
    transpose,
)
from zoo.spec import Spec, Tensor, block
from zoo.spec.trace import trace
from zoo.training import SGD, Loss, MeanSquaredError, SoftmaxCrossEntropy

CASES: dict[str, Spec] = {}


def case(
    loss: Loss | None = None, *, momentum: float = 0.9
) -> Callable[[Callable[[], Tensor]], Callable[[], Tensor]]:
    def enter(function: Callable[[], Tensor]) -> Callable[[], Tensor]:
        name = function.__name__
        CASES[name] = trace(
            function,
            name=name,
            summary=f"Conformance case {name}",
            loss=loss or MeanSquaredError(),
            optimizer=SGD(learning_rate=0.05, momentum=momentum),
        )
        return function

    return enter


def image(channels: int = 3, height: int = 7, width: int = 6) -> Tensor:
    return input("image", (channels, height, width))


@case()
def flatten_without_axes():
    x = dense(input("x", (4,)), 3)
    return dense(flatten(select(x, 1, axis=1)), 2)


@case()
def dense_on_vectors() -> Tensor:
    return dense(dense(input("x", (5,)), 4), 3, bias=False)


@case()
def dense_on_sequences() -> Tensor:
    return dense(input("x", (2, 3, 5)), 4)


@case()
def dense_square() -> Tensor:
    return dense(tanh(dense(input("x", (5,)), 5)), 5)


@case()
def conv_plain() -> Tensor:
    return conv2d(image(), 4, 3)


@case()
def conv_strided_uneven_pads() -> Tensor:
    return conv2d(image(), 4, 3, stride=2, pads=(0, 1, 2, 1), bias=False)


@case()
def conv_same_even_image() -> Tensor:
    return conv2d(image(height=8, width=8), 4, 3, stride=2, pads="same")


@case()
def conv_dilated_rectangular() -> Tensor:
    return conv2d(image(), 4, (3, 2), stride=(1, 2), dilation=(2, 3), pads=1)


@case()
def conv_grouped() -> Tensor:
    return conv2d(image(channels=4), 6, 3, groups=2, pads=1)


@case()
def conv_depthwise() -> Tensor:
    return conv2d(image(channels=3), 6, 3, groups=3, pads=1, stride=2)


@block
def windows(x: Tensor, kernel: int, stride: int) -> Tensor:
    x = conv2d(x, 2, kernel, stride=stride, pads=(0, 1, 2, 0))
    return conv2d(x, 3, kernel, dilation=2, pads=2)


@case()
def convolutions_of_a_block_with_arguments() -> Tensor:
    return windows(windows(image(), 3, 1), 2, 2)


@case()
def convolution_before_a_mask_of_five_axes() -> Tensor:
    return dropout(reshape(conv2d(image(), 2, 1), (2, 7, 2, 3)), 0.3)


@case()
def several_inputs_added_as_they_are() -> Tensor:
    x, y = input("x", (4,)), input("y", (4,))
    return add(dense(x, 4), y)


@case()
def max_pool_padded() -> Tensor:
    return conv2d(max_pool(image(), 3, stride=2, pads=1), 2, 1)


@case()
def max_pool_uneven() -> Tensor:
    return conv2d(max_pool(image(), (3, 2), stride=2, pads=(0, 2, 1, 0)), 2, 1)


@case()
def avg_pool_padding_counted() -> Tensor:
    return conv2d(avg_pool(image(), 3, stride=2, pads=1, count_padding=True), 2, 1)


@case()
def avg_pool_padding_left_out() -> Tensor:
    return conv2d(avg_pool(image(), 3, stride=2, pads=1, count_padding=False), 2, 1)


@case()
def avg_pool_uneven_counted() -> Tensor:
    return conv2d(avg_pool(image(), 3, stride=2, pads=(2, 0, 1, 2), count_padding=True), 2, 1)


@case()
def avg_pool_uneven_left_out() -> Tensor:
    return conv2d(avg_pool(image(), 3, stride=2, pads=(2, 0, 1, 2), count_padding=False), 2, 1)


@case()
def global_pool() -> Tensor:
    return dense(global_avg_pool(image()), 2)


@case()
def batch_norm_of_images() -> Tensor:
    x = batch_norm(image(), epsilon=1e-3, kept_fraction=0.7)
    return batch_norm(conv2d(x, 4, 1), running_variance="biased")


@case()
def batch_norm_of_vectors() -> Tensor:
    x = batch_norm(input("x", (5,)), kept_fraction=0.99)
    return batch_norm(dense(x, 4), running_variance="biased", epsilon=1e-2)


@case()
def layer_norms() -> Tensor:
    x = layer_norm(input("x", (4, 6)), epsilon=1e-3)
    return layer_norm(dense(x, 5))


@case()
def dropout_of_images_and_vectors() -> Tensor:
    x = dropout(conv2d(image(), 4, 3), 0.3)
    return dense(dropout(flatten(x), 0.6), 3)


@case()
def dropout_in_its_original_form() -> Tensor:
    x = dropout(conv2d(image(), 4, 3), 0.3, form="original")
    x = dropout(flatten(x), 0.6)
    return dense(dropout(x, 0.2, form="original"), 3)


@case()
def dropout_of_nothing() -> Tensor:
    x = dropout(dense(input("x", (5,)), 4), 0.0, form="original")
    return dense(dropout(x, 0.0), 3)


@case()
def activations() -> Tensor:
    x = dense(input("x", (6,)), 6)
    return add(relu(x), gelu_erf(x), gelu_tanh(x), tanh(x), sigmoid(x))


@case()
def gelu_before_a_convolution() -> Tensor:
    x = conv2d(gelu_erf(image()), 2, 1)
    return conv2d(gelu_tanh(x), 2, 1)


@case(SoftmaxCrossEntropy(label_smoothing=0.1))
def loss_of_a_softmax() -> Tensor:
    return dropout(softmax(dense(input("x", (6,)), 4)), 0.2)


@case(SoftmaxCrossEntropy())
def loss_of_a_sigmoid() -> Tensor:
    return sigmoid(dense(input("x", (6,)), 4))


@case()
def softmaxes() -> Tensor:
    x = dense(input("x", (3, 4)), 4)
    return add(softmax(x), softmax(x, axis=1), log_softmax(x), log_softmax(x, axis=1))


@case()
def softmax_over_channels() -> Tensor:
    x = conv2d(image(), 3, 1)
    return add(softmax(x, axis=1), log_softmax(x, axis=2))


@case(SoftmaxCrossEntropy())
def embedded_tokens() -> Tensor:
    x = input("tokens", (5,), dtype="int", below=7)
    x = learned_positions(embedding(x, 7, 6))
    return dense(x, 4)


@case(SoftmaxCrossEntropy(), momentum=0.0)
def embedded_tokens_without_momentum() -> Tensor:
    x = input("tokens", (5,), dtype="int", below=7)
    return dense(embedding(x, 7, 6), 4)


@case(SoftmaxCrossEntropy())
def attention() -> Tensor:
    x = self_attention(input("x", (5, 8)), 2)
    return dense(select(x, -1, axis=1), 3)


@case(SoftmaxCrossEntropy())
def attention_causal_with_dropout() -> Tensor:
    x = self_attention(input("x", (5, 6)), 3, causal=True, drop_rate=0.4)
    return dense(mean(x, axis=1), 3)


@case(SoftmaxCrossEntropy())
def attentions_of_two_kinds() -> Tensor:
    x = self_attention(input("x", (5, 6)), 2, drop_rate=0.3)
    x = self_attention(x, 3, causal=True)
    return dense(mean(x, axis=1), 3)


@case()
def shapes_of_images() -> Tensor:
    x = conv2d(image(), 4, 3)
    x = reshape(x, (5, 4, 4))
    x = transpose(x, (3, 1, 2))
    x = conv2d(x, 3, 2)
    return mean(select(x, 1, axis=3), axis=2)


@case()
def flattened_for_a_dense_layer() -> Tensor:
    return dense(relu(flatten(conv2d(image(), 4, 3))), 3)


@case()
def flattened_for_others() -> Tensor:
    x = flatten(conv2d(image(), 4, 3))
    return add(dense(x, 80), layer_norm(x), softmax(x))


@case()
def branches_and_joins() -> Tensor:
    x = image()
    a, b = conv2d(x, 4, 3, pads=1), conv2d(x, 4, 1)
    c = concatenate(a, multiply(a, b), b, axis=1)
    return concatenate(c, c, axis=-1)


@block
def joined(x: Tensor, y: Tensor, axis: int) -> Tensor:
    return softmax(concatenate(x, y, axis=axis), axis=axis)


@block
def picked(x: Tensor, axis: int, index: int) -> Tensor:
    return select(x, index, axis=axis)


@case()
def axes_that_are_arguments() -> Tensor:
    x = conv2d(image(), 2, 3)
    x = joined(x, tanh(x), 1)
    x = joined(x, tanh(x), 2)
    return dense(picked(picked(x, 3, 1), 1, 2), 2)


@case()
def one_number_for_each_example() -> Tensor:
    return select(dense(input("x", (4,)), 2), 1, axis=1)


@block
def normalized(x: Tensor) -> Tensor:
    return relu(batch_norm(x))


@case()
def one_block_for_vectors_and_images() -> Tensor:
    x = normalized(conv2d(image(), 4, 3))
    return normalized(dense(global_avg_pool(x), 4))


@case()
def two_inputs() -> Tensor:
    x, y = input("x", (4,)), input("y", (4,))
    return dense(multiply(add(x, y), x, y), 3)


@case()
def awkward_names() -> Tensor:
    """Layers called like attributes that frameworks' own classes have."""
    x = dense(input("self_", (4,)), 4, name="forward")
    for name in ("parameters", "train", "call", "name", "variables", "params", "hybrid_forward"):
        x = dense(x, 4, name=name)
    return dense(x, 3, name="type")


@block
def fork(x: Tensor, units: int, extra: bool, drop_rate: float = 0.0) -> Tensor:
    y = relu(dense(x, units, name="first"))
    if extra:
        y = tanh(y, name="bend")
    y = dense(y, units, name="second")
    if drop_rate:
        y = dropout(y, drop_rate, name="drop")
    return add(y, dense(x, units, name="side"))


@case()
def blocks_with_options() -> Tensor:
    x = input("x", (5,))
    x = fork(x, 6, False, 0.2, name="parts.0")
    x = fork(x, 6, True, 0.2, name="parts.1")
    x = fork(x, 6, True, 0.2, name="parts.2")
    return fork(x, 4, False, 0.5, name="last")


@block
def dropping(x: Tensor, drop_rate: float) -> Tensor:
    return dropout(tanh(dense(x, 4)), drop_rate, form="original")


@case()
def blocks_in_the_original_form() -> Tensor:
    x = dropping(dropping(input("x", (5,)), 0.2), 0.5)
    return dense(x, 3)


@block
def attending(x: Tensor, drop_rate: float) -> Tensor:
    return add(x, self_attention(x, 2, drop_rate=drop_rate))


@case()
def a_block_told_not_to_drop() -> Tensor:
    x = attending(attending(input("x", (3, 4)), 0.0), 0.0)
    return dense(x, 2)


@case()
def a_block_told_to_drop_now_and_then() -> Tensor:
    x = attending(attending(input("x", (3, 4)), 0.0), 0.4)
    return dense(x, 2)


@block
def two_sources(left: Tensor, right: Tensor, units: int) -> Tensor:
    return add(dense(left, units), dense(right, units))


@block
def nested(x: Tensor, units: int) -> Tensor:
    return two_sources(x, fork(x, units, True, name="inner"), units, name="join")


@case()
def nested_blocks() -> Tensor:
    return nested(nested(input("x", (3,)), 4), 5)


@case()
def chains_of_plain_layers() -> Tensor:
    x = dense(input("x", (3,)), 4, name="body.0")
    x = relu(x, name="body.1")
    for index in range(2, 5):
        x = dense(x, 4, name=f"body.{index}")
    return tanh(x, name="body.5")


@block
def growing(x: Tensor, units: int, deep: bool = False) -> Tensor:
    x = dense(x, units, name="body.0")
    if deep:
        x = dense(x, units, name="body.1")
    return dense(x, 4, name="last")


@case()
def a_chain_with_an_element_that_some_lack() -> Tensor:
    return growing(growing(input("x", (5,)), 4), 4, deep=True)


@case(SoftmaxCrossEntropy())
def batch_of_odd_sizes() -> Tensor:
    x = conv2d(image(1, 5, 9), 3, (1, 3), stride=(2, 3), pads=(0, 0, 1, 2))
    return dense(flatten(tanh(x)), 2)
