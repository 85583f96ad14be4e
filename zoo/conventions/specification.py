"""What parityzoo's own specification answers: its declared defaults, and what the oracle computes.

A function is called like the question that it answers. Questions without one are those that a
specification leaves no default for (`count_padding` has to be given) or that it does not know.
"""

from __future__ import annotations

import sys
from typing import Any, Callable

import numpy as np

from zoo.conventions import measuring
from zoo.conventions.measuring import (
    epsilon_of,
    kept_fraction,
    law_of,
    layout_of,
    logits_for,
    reduction,
    trajectory,
    which,
)
from zoo.conventions.questions import QUESTIONS
from zoo.ops import (
    batch_norm,
    conv2d,
    dense,
    dropout,
    flatten,
    input,
    layer_norm,
    log_softmax,
    max_pool,
    relu,
    softmax,
)
from zoo.oracle.base import Array, Arrays, Given, Result
from zoo.oracle.optimization import Optimization
from zoo.oracle.table import CLIPPINGS, LOSSES, OPS
from zoo.spec.declared import Value
from zoo.spec.graph import FlatNode, Spec
from zoo.spec.initial import initial_state
from zoo.spec.trace import Tensor, model
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    ClipGlobalNorm,
    Constant,
    MeanSquaredError,
    NAdam,
    Optimizer,
    RMSprop,
    Schedule,
    SoftmaxCrossEntropy,
)

Layer = Callable[[Tensor], Tensor]


def answers() -> dict[str, Value]:
    """The specification's answer to every question that it has one for."""
    here = vars(sys.modules[__name__])
    return {name: here[name]() for name in QUESTIONS if name in here}


def batch_norm_running_variance() -> str:
    layer = lambda x: batch_norm(x, kept_fraction=0.0)  # noqa: E731
    found = _statistics(layer, [[1.0], [3.0]])["running_var"]
    return which(found[0], {"biased": 1.0, "unbiased": 2.0})


def batch_norm_kept_fraction() -> float:
    return 1 - float(_statistics(batch_norm, [[1.0], [1.0]])["running_mean"][0])


def batch_norm_momentum_weighs() -> str:
    layer = lambda x: batch_norm(x, kept_fraction=0.25)  # noqa: E731
    found = _statistics(layer, [[1.0], [1.0]])["running_mean"]
    return which(1 - found[0], {"old": 0.25, "new": 0.75})


def batch_norm_epsilon() -> float:
    return epsilon_of(lambda x: _output(batch_norm, x[:, None], training=True))


def layer_norm_epsilon() -> float:
    return epsilon_of(lambda x: _output(layer_norm, x[None]))


def dense_weight_layout() -> str:
    shape = _shapes(lambda x: dense(x, 3), 5)["weight"]
    return layout_of(shape, {"in": 5, "out": 3})


def dense_on_rank_3() -> list[int]:
    return list(_output(lambda x: dense(x, 3), np.zeros((2, 4, 5))).shape)


def conv_kernel_layout() -> str:
    shape = _shapes(lambda x: conv2d(x, 3, (4, 5)), 2, 8, 8)["weight"]
    return layout_of(shape, {"in": 2, "out": 3, "height": 4, "width": 5})


def conv_impulse() -> list[float]:
    x = np.array([0.0, 0.0, 1.0, 0.0, 0.0])[None, None, None]
    kernel = np.array([[[[1.0, 2.0, 3.0]]]])
    y = _output(lambda x: conv2d(x, 1, (1, 3), bias=False), x, {"weight": kernel})
    return [float(each) for each in y.ravel()]


def conv_same_pads() -> list[int]:
    def convolve(length: int) -> Array:
        layer = lambda x: conv2d(x, 1, (1, 3), stride=(1, 2), pads="same", bias=False)  # noqa: E731
        return _output(layer, np.ones((1, 1, 1, length)), {"weight": np.ones((1, 1, 1, 3))})

    return measuring.same_pads(convolve)


def depthwise_kernel_layout() -> str:
    shape = _shapes(lambda x: conv2d(x, 6, (4, 5), groups=2), 2, 8, 8)["weight"]
    sizes = {"channels × multiplier": 6, "1": 1, "height": 4, "width": 5}
    return layout_of(shape, sizes)


def depthwise_order() -> list[float]:
    kernel = {"weight": np.ones((4, 1, 1, 1))}
    layer = lambda x: conv2d(x, 4, 1, groups=2, bias=False)  # noqa: E731
    y = _output(layer, np.array([0.0, 1.0]).reshape(1, 2, 1, 1), kernel)
    return [float(each) for each in y.ravel()]


def flatten_order() -> str:
    x = np.arange(6.0).reshape(1, 3, 1, 2)  # batch, channels, height, width
    found = _output(flatten, x)[0, 1]
    return which(found, {"width": x[0, 0, 0, 1], "channels": x[0, 1, 0, 0]})


def max_pool_partial_window() -> int:
    return _node(lambda x: max_pool(x, (1, 3), stride=(1, 2)), 1, 1, 6).type.shape[-1]


def max_pool_stride() -> int:
    return 8 // _node(lambda x: max_pool(x, (1, 2)), 1, 1, 8).type.shape[-1]


def max_pool_padding_value() -> float:
    y = _output(lambda x: max_pool(x, 3, stride=1, pads=1), np.full((1, 1, 3, 3), -1.0))
    return float(y[0, 0, 0, 0])


def softmax_axis() -> int:
    return measuring.softmax_axis(lambda x: _output(softmax, x))


def log_softmax_far() -> float:
    return float(_output(log_softmax, [[0.0, 1000.0]])[0, 0])


def cross_entropy_reduction() -> str:
    return reduction(_loss(SoftmaxCrossEntropy(), logits_for([1, 2, 6]), np.zeros(3, int)))


def cross_entropy_class_axis() -> str:
    return measuring.class_axis(lambda logits, labels: _loss(SoftmaxCrossEntropy(), logits, labels))


def label_smoothing() -> float:
    declared = SoftmaxCrossEntropy(label_smoothing=0.1)
    return float(_loss(declared, np.array([[2.0, 0.0, 0.0]]), np.array([0])))


def squared_error() -> float:
    return float(_loss(MeanSquaredError(), np.zeros((1, 2)), np.array([[1.0, 3.0]])))


def squared_error_reduction() -> str:
    errors = np.sqrt([[1.0], [2.0], [6.0]])
    return reduction(_loss(MeanSquaredError(), np.zeros((3, 1)), errors))


def dropout_argument() -> str:
    (mask,) = _node(lambda x: dropout(x, 0.9), 3).masks()
    return which(mask.drop_rate, {"dropped": 0.9, "kept": 0.1})


def dropout_scale() -> float:
    return float(_output(lambda x: dropout(x, 0.75), [[1.0]], training=True)[0, 0])


def dense_weight_law() -> str:
    return law_of(_initial(lambda x: dense(x, 500), 1000)["weight"])


def dense_weight_std() -> float:
    return float(_initial(lambda x: dense(x, 500), 1000)["weight"].std())


def dense_bias_law() -> str:
    return law_of(_initial(lambda x: dense(x, 500), 1000)["bias"])


def relu_at_zero() -> float:
    return float(_gradient(relu, np.zeros((1, 1)))[0, 0])


def max_pool_ties() -> list[float]:
    found = _gradient(lambda x: max_pool(x, (1, 2)), np.ones((1, 1, 1, 2)))
    return [float(each) for each in found.ravel()]


def sgd_momentum() -> list[float]:
    return _two_steps(SGD(learning_rate=0.1, momentum=0.9))


def sgd_momentum_changed_rate() -> list[float]:
    half_at_first = Constant(warmup_steps=2)
    return _two_steps(SGD(learning_rate=0.2, momentum=0.9), half_at_first)


def nesterov() -> list[float]:
    return _two_steps(SGD(learning_rate=0.1, momentum=0.9, nesterov=True))


def sgd_weight_decay() -> list[float]:
    return _two_steps(SGD(learning_rate=0.1, momentum=0.9, weight_decay=0.1))


def adam() -> list[float]:
    return _two_steps(Adam(learning_rate=0.1, epsilon=0.5))


def adam_first_step_of_tiny_gradient() -> float:
    return 1.0 - _step(Adam(learning_rate=1.0), 1e-7)


def adam_weight_decay() -> list[float]:
    return _two_steps(Adam(learning_rate=0.1, weight_decay=0.1))


def adamw() -> list[float]:
    return _two_steps(AdamW(learning_rate=0.1, weight_decay=0.1))


def rmsprop() -> list[float]:
    return _two_steps(RMSprop(learning_rate=0.1, rho=0.9, epsilon=0.5))


def rmsprop_centred() -> list[float]:
    return _two_steps(RMSprop(learning_rate=0.1, rho=0.9, epsilon=0.5, centered=True))


def rmsprop_momentum() -> list[float]:
    return _two_steps(RMSprop(learning_rate=0.1, rho=0.9, epsilon=0.5, momentum=0.9))


def rmsprop_kept_fraction() -> float:
    return kept_fraction(1.0 - _step(RMSprop(learning_rate=1.0), 1e4))


def adagrad() -> list[float]:
    return _two_steps(Adagrad(learning_rate=0.1, epsilon=0.5, initial_accumulator=0.0))


def adagrad_defaults() -> list[float]:
    return _two_steps(Adagrad(learning_rate=0.1))


def adadelta() -> list[float]:
    return _two_steps(Adadelta(learning_rate=1.0))


def adamax() -> list[float]:
    return _two_steps(Adamax(learning_rate=0.1))


def nadam() -> list[float]:
    return _two_steps(NAdam(learning_rate=0.1))


def clip_by_global_norm() -> float:
    clipping, gradient = ClipGlobalNorm(max_norm=1e-5), np.array([3e-5, 4e-5])
    return float(CLIPPINGS[clipping.kind].clip(clipping, {"weight": gradient})["weight"][0] / 1e-5)


def sgd_learning_rate() -> float:
    return 1.0 - _step(SGD(), 1.0)


def adam_learning_rate() -> float:
    return 1.0 - _step(Adam(), 1.0)


def _spec(layer: Layer, *shape: int) -> Spec:
    """A model that begins with the layer; it needs a parameter besides."""

    @model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
    def asked() -> Tensor:
        return dense(flatten(dense(layer(input("x", shape)), 1)), 1)

    return asked()


def _node(layer: Layer, *shape: int) -> FlatNode:
    return _spec(layer, *shape).nodes[0]


def _shapes(layer: Layer, *shape: int) -> dict[str, tuple[int, ...]]:
    return {state.name: state.shape for state in _node(layer, *shape).states()}


def _initial(layer: Layer, *shape: int) -> dict[str, Array]:
    spec = _spec(layer, *shape)
    found, node = initial_state(spec), spec.nodes[0]
    return {state.name: found[f"{node.path}.{state.name}"] for state in node.states()}


def _run(
    layer: Layer, x: Any, states: Arrays | None = None, *, training: bool = False
) -> tuple[FlatNode, Result]:
    """The layer on `x`, everything kept by dropout."""
    x = np.asarray(x, np.float64)
    node = _node(layer, *x.shape[1:])
    masks = {mask.name: np.ones((len(x), *mask.shape)) for mask in node.masks()}
    given = Given([x], {**_initial(layer, *x.shape[1:]), **(states or {})}, masks, training)
    return node, OPS[node.op.kind].forward(node.op, given)


def _output(layer: Layer, x: Any, states: Arrays | None = None, *, training: bool = False) -> Array:
    return _run(layer, x, states, training=training)[1].output


def _statistics(layer: Layer, x: Any) -> Arrays:
    """Running statistics after training on `x`, from a mean of 0 and a variance of 1."""
    return _run(layer, x, training=True)[1].statistics


def _gradient(layer: Layer, x: Any) -> Array:
    """Of the sum of the layer's outputs."""
    node, result = _run(layer, x)
    (found,) = OPS[node.op.kind].backward(node.op, np.ones_like(result.output), result.saved).inputs
    return np.asarray(found)


def _loss(declared: Any, output: Array, target: Array) -> Array:
    return np.asarray(LOSSES[declared.kind].loss(declared, output, target)[0])


def _two_steps(optimizer: Optimizer, schedule: Schedule | None = None) -> list[float]:
    return trajectory(_stepper(optimizer, schedule))


def _step(optimizer: Optimizer, gradient: float) -> float:
    """A weight of 1 after one step."""
    return _stepper(optimizer)(gradient)


def _stepper(optimizer: Optimizer, schedule: Schedule | None = None) -> Callable[[float], float]:
    """A function from a gradient to where one more step brings a weight that begins at 1."""

    @model(loss=MeanSquaredError(), optimizer=optimizer, schedule=schedule)
    def one() -> Tensor:
        return dense(input("x", (1,)), 1, bias=False, name="one")

    optimization, weight = Optimization(one()), {"one.weight": np.ones((1, 1))}

    def step(gradient: float) -> float:
        weight.update(optimization.step(weight, {"one.weight": np.full((1, 1), gradient)}))
        return float(weight["one.weight"][0, 0])

    return step
