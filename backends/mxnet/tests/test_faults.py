"""Faults of MXNet 1.9.1 that are kept away from; run by the interpreter that has MXNet.

Max pooling in float32 with oneDNN: the forward pass is right, the gradient is garbage. Optimizers:
another formula than the documentation's, or none in float64.
When MXNet no longer shows a fault, its test fails, and what works around it can go.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoo.worker import boot

pytestmark = [pytest.mark.framework, pytest.mark.filterwarnings("ignore")]

SHAPE = (8, 4, 8, 8)
SOURCE = """
import mxnet as mx
from mxnet import gluon
from mxnet.gluon import nn


class Model(nn.HybridBlock):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2D(2)
        self.out = nn.Dense(3, flatten=False, in_units=64)

    def hybrid_forward(self, F, x):
        return self.out(F.flatten(self.pool(x)))


loss_fn = nn.HybridLambda(lambda F, output, targets: F.mean(F.square(output - targets)))


def make_trainer(model):
    return gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": 0.1})
"""


def images(seed: int = 0) -> Any:
    return np.random.RandomState(seed).standard_normal(SHAPE).astype(np.float32)


def gradient_of_sum(x: Any, *, train_mode: bool = True) -> np.ndarray:
    """Of max pooling by 2: one at the largest of each window, else zero."""
    import mxnet as mx

    x.attach_grad()
    with mx.autograd.record(train_mode=train_mode):
        y = mx.nd.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max")
    y.backward(train_mode=train_mode)
    found: np.ndarray = x.grad.asnumpy()
    return found


def expected(array: np.ndarray) -> np.ndarray:
    n, c, h, w = array.shape
    windows = array.reshape(n, c, h // 2, 2, w // 2, 2)
    return (
        (windows == windows.max(axis=(3, 5), keepdims=True)).astype(array.dtype).reshape(n, c, h, w)
    )


def test_max_pooling_of_a_view_has_a_wrong_gradient() -> None:
    """The fault: a reshaped array shares memory, and the gradient goes wrong; its copy is right."""
    import mxnet as mx

    wrong = 0
    for seed in range(5):
        array = images(seed)
        flat = mx.nd.array(array.reshape(-1), dtype="float32")
        wrong += not np.array_equal(gradient_of_sum(flat.reshape(SHAPE)), expected(array))
        copied = gradient_of_sum(flat.reshape(SHAPE).copy())
        np.testing.assert_array_equal(copied, expected(array))
    assert wrong


def test_max_pooling_in_evaluation_mode_has_a_wrong_gradient() -> None:
    """The fault: recorded outside training mode, pooling keeps nothing for its gradient."""
    import mxnet as mx

    wrong = 0
    for seed in range(5):
        array = images(seed)
        x = mx.nd.array(array, dtype="float32")
        wrong += not np.array_equal(gradient_of_sum(x, train_mode=False), expected(array))
    assert wrong


def test_nadam_treats_equal_parameters_differently() -> None:
    """The fault: its schedule of the momentum moves once a parameter, not once a step."""
    import mxnet as mx

    optimizer = mx.optimizer.Nadam()
    weights = [mx.nd.ones(1), mx.nd.ones(1)]
    for index, weight in enumerate(weights):
        state = optimizer.create_state(index, weight)
        optimizer.update(index, weight, mx.nd.ones(1), state)
    first, second = (weight.asscalar() for weight in weights)
    assert abs(first - second) > 1e-4


def test_nesterovs_velocity_gets_the_decay_of_the_new_weight() -> None:
    """The fault: the kernel writes the weight before it reads it for the velocity."""
    import mxnet as mx

    optimizer = mx.optimizer.NAG(learning_rate=0.1, momentum=0.9, wd=0.1)
    weight = mx.nd.ones(1)
    velocity = optimizer.create_state(0, weight)
    optimizer.update(0, weight, mx.nd.zeros(1), velocity)
    after = weight.asscalar()
    assert after == pytest.approx(0.981)
    assert velocity.asscalar() == pytest.approx(-0.1 * 0.1 * after)


@pytest.mark.parametrize("name", ["AdaGrad", "AdaDelta", "RMSProp"])
def test_some_optimizers_fail_in_float64(name: str) -> None:
    """The fault: what they keep is float32, whatever the parameters are."""
    import mxnet as mx

    optimizer = getattr(mx.optimizer, name)()
    weight = mx.nd.ones(1, dtype="float64")
    state = optimizer.create_state(0, weight)
    with pytest.raises(mx.MXNetError):
        optimizer.update(0, weight, mx.nd.ones_like(weight), state)


def test_clip_rounds_its_bounds_to_float32() -> None:
    """The fault: in float64 too."""
    import mxnet as mx

    clipped = mx.nd.clip(mx.nd.ones(1, dtype="float64"), -0.1, 0.1).asscalar()
    assert clipped == np.float32(0.1) != 0.1


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("mode", ["hybrid", "eager"])
def test_runtime_gets_gradients_of_max_pooling_right(mode: str, training: bool) -> None:
    """Gradients in float32 agree with those in float64, which oneDNN does not compute."""
    # As a worker does it: the package's own `__init__` needs more than this environment has.
    boot.offer("zoo_mxnet", Path(__file__).parents[1] / "src" / "zoo_mxnet")
    from zoo_mxnet.run import Runtime

    # A slice along the first axis, from which a careless `put` would make a view.
    array, targets = np.concatenate([images(), images(1)])[2:10], images(2)[:, :3, 0, 0]
    found = {}
    for dtype in ("float32", "float64"):
        runtime = Runtime(mode=mode, dtype=dtype, threads=1)
        runtime.load(SOURCE, "Model")
        weight = np.linspace(-1, 1, 192).reshape(3, 64)
        runtime.write({"out.weight": weight, "out.bias": np.zeros(3)})
        inputs = [runtime.put(array)]
        gradients = runtime.gradients(inputs, runtime.put(targets), training=training)
        found[dtype] = runtime.get(gradients.inputs[0])
    np.testing.assert_allclose(found["float32"], found["float64"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("named", [True, False])
def test_static_memory_has_no_place_for_the_gradient_of_an_added_input(named: bool) -> None:
    """Unless another operation takes it first."""
    import mxnet as mx
    from mxnet.gluon import nn

    block = nn.HybridLambda(lambda mod, x, y: mod.square(x) + (mod.identity(y) if named else y))
    block.hybridize(static_alloc=True, static_shape=True)
    x, y = mx.nd.ones((2, 1)), mx.nd.ones((2, 1))
    x.attach_grad()
    with mx.autograd.record():
        loss = block(x, y).mean()
    with nullcontext() if named else pytest.raises(mx.MXNetError, match="storage_type_num"):
        loss.backward()
        mx.nd.waitall()
