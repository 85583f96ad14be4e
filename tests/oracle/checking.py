"""How an op of the oracle is tested: random data for it, and its gradient from its output alone.

An optimizer is tested by the ways of one weight.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy as np

from zoo.ops import dense, input
from zoo.oracle.base import Array, Given
from zoo.oracle.optimization import Optimization
from zoo.oracle.table import OPS
from zoo.spec.graph import Spec
from zoo.spec.op import Op, TensorType
from zoo.spec.trace import trace
from zoo.training import MeanSquaredError, Optimizer


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def given(op: Op, *shapes: tuple[int, ...], training: bool = True, seed: int = 0) -> Given:
    """Random inputs of these shapes (batch in front), and states and masks to go with them."""
    random = np.random.default_rng(seed)
    types = [TensorType(shape[1:]) for shape in shapes]
    states = {s.name: random.normal(size=s.shape) for s in op.states(*types)}
    if "running_var" in states:
        states["running_var"] = 0.5 + random.random(states["running_var"].shape)
    batch = shapes[0][0]
    masks = {
        m.name: (random.random((batch, *m.shape)) >= m.drop_rate).astype(float)
        for m in op.masks(*types)
    }
    inputs = [random.normal(size=shape) for shape in shapes]
    return Given(inputs, states, masks if training else {}, training)


def output(op: Op, data: Given) -> Array:
    """The op's output, after a check that it has the declared shape and keeps float64."""
    found: Array = OPS[op.kind].forward(op, data).output
    types = [
        TensorType(x.shape[1:], "int" if x.dtype.kind == "i" else "float") for x in data.inputs
    ]
    assert found.shape == (len(data.inputs[0]), *op.infer(*types).shape)
    assert found.dtype == np.float64
    return found


def check_gradient(op: Op, data: Given) -> None:
    """Compare `backward` with derivatives of `forward` by every element of inputs and parameters.

    By the complex step, which has no rounding error to speak of.
    """
    module = OPS[op.kind]
    result = module.forward(op, data)
    grad = normal(*result.output.shape, seed=99)
    found = module.backward(op, grad, result.saved)

    def loss(inputs: list[Array], states: dict[str, Array]) -> Any:
        moved = data._replace(inputs=inputs, states=states)
        return np.sum(grad * module.forward(op, moved).output)

    inputs, states = list(data.inputs), dict(data.states)
    assert len(found.inputs) == len(inputs)
    for index, x in enumerate(inputs):
        if x.dtype.kind == "i":
            assert found.inputs[index] is None
            continue

        def by_input(moved: Array, index: int = index) -> Any:
            return loss([*inputs[:index], moved, *inputs[index + 1 :]], states)

        compare(found.inputs[index], by_input, x)
    parameters = {name for name in states if not name.startswith("running_")}
    assert set(found.parameters) == parameters
    for name in parameters:

        def by_parameter(moved: Array, name: str = name) -> Any:
            return loss(inputs, {**states, name: moved})

        compare(found.parameters[name], by_parameter, states[name])


def compare(found: Array | None, function: Callable[[Array], Any], x: Array) -> None:
    """Compare a gradient with the derivatives of a scalar function by every element of x."""
    assert found is not None
    assert found.shape == x.shape
    wanted = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        shift = np.zeros(x.shape, complex)
        shift[place] = 1e-30j
        wanted[place] = function(x + shift).imag / 1e-30
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12 * scale)


def close(found: Any, wanted: Any) -> None:
    """Equal up to the rounding of float64."""
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)


def one_weight(optimizer: Optimizer, **training: Any) -> Spec:
    """A model of a single weight, `w.weight`."""
    return trace(
        lambda: dense(input("x", (1,)), 1, bias=False, name="w"),
        name="one", summary="One", loss=MeanSquaredError(), optimizer=optimizer, **training,
    )  # fmt: skip


def way(
    optimizer: Optimizer,
    gradients: Sequence[float] = (1.0, 0.5),
    start: float = 1.0,
    **training: Any,
) -> list[float]:
    """Where a weight is after each step with these gradients."""
    optimization = Optimization(one_weight(optimizer, **training))
    weight, seen = {"w.weight": np.full((1, 1), start)}, []
    for gradient in gradients:
        weight = optimization.step(weight, {"w.weight": np.full((1, 1), gradient)})
        seen.append(float(weight["w.weight"][0, 0]))
    return seen
