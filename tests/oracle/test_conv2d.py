"""Convolution: output by loops over places, and by SciPy; gradient by the complex step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from scipy import signal

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.conv2d import Conv2d
from zoo.oracle import conv2d
from zoo.oracle.base import Array, Given


def by_loops(op: Conv2d, x: Array, weight: Array) -> Array:
    """Place by place: the kernel's window of the padded image, times the weight, summed."""
    top, bottom, left, right = op.pads
    image = np.zeros((*x.shape[:2], x.shape[2] + top + bottom, x.shape[3] + left + right))
    image[:, :, top : top + x.shape[2], left : left + x.shape[3]] = x
    reach = [d * (k - 1) + 1 for d, k in zip(op.dilation, op.kernel)]
    size = [(image.shape[2 + i] - reach[i]) // op.stride[i] + 1 for i in (0, 1)]
    inside, outside = x.shape[1] // op.groups, op.channels // op.groups
    y = np.zeros((len(x), op.channels, *size))
    for channel, row, column in np.ndindex(*y.shape[1:]):
        first = channel // outside * inside
        r, c = row * op.stride[0], column * op.stride[1]
        window = image[:, first : first + inside, r : r + reach[0], c : c + reach[1]]
        window = window[:, :, :: op.dilation[0], :: op.dilation[1]]
        y[:, channel, row, column] = (window * weight[channel]).sum((1, 2, 3))
    return y


CASES = [
    ((1, 2, 3, 3), {"channels": 3, "kernel": 3}),
    ((2, 2, 5, 4), {"channels": 3, "kernel": 1, "bias": False}),
    ((2, 2, 5, 4), {"channels": 2, "kernel": (3, 2), "stride": (2, 1)}),
    ((2, 2, 5, 6), {"channels": 2, "kernel": 3, "stride": 2, "pads": (0, 1, 2, 1)}),
    ((2, 1, 6, 7), {"channels": 2, "kernel": (2, 3), "dilation": (3, 2), "stride": (1, 2)}),
    ((2, 4, 4, 3), {"channels": 6, "kernel": (3, 2), "groups": 2, "pads": 1}),
    ((2, 3, 4, 4), {"channels": 6, "kernel": 3, "groups": 3, "stride": 2, "pads": (1, 0, 0, 1)}),
    ((1, 2, 2, 7), {"channels": 2, "kernel": 2, "stride": 3, "pads": (5, 0, 0, 3), "bias": False}),
]


@pytest.mark.parametrize(("shape", "attributes"), CASES)
def test_agrees_with_loops(shape: tuple[int, ...], attributes: dict) -> None:
    """Strides, uneven pads, dilation and groups; also rows that no window reaches."""
    op = Conv2d(**attributes)
    data = given(op, shape)
    wanted = by_loops(op, data.inputs[0], data.states["weight"])
    if op.bias:
        wanted += data.states["bias"].reshape(1, -1, 1, 1)
    close(output(op, data), wanted)
    check_gradient(op, data)


SMALL = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@drawn(SMALL, SMALL, SMALL, st.tuples(*[st.integers(0, 2)] * 4), st.integers(1, 3), SMALL)
def test_agrees_with_loops_for_any_attributes(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    pads: tuple[int, int, int, int],
    groups: int,
    each: tuple[int, int],
) -> None:
    """Output and gradient in one random direction."""
    op = Conv2d(
        channels=groups * each[0], kernel=kernel, stride=stride, dilation=dilation, pads=pads,
        groups=groups, bias=False,
    )  # fmt: skip
    data = given(op, (2, groups * each[1], 8, 7))
    (x,), weight = data.inputs, data.states["weight"]
    close(output(op, data), by_loops(op, x, weight))
    check_adjoint(op, x, weight)


def check_adjoint(op: Conv2d, x: Array, weight: Array) -> None:
    """A bilinear map and its gradients: <g, y(x, w)> = <dx, x> = <dw, w> for every g."""
    result = conv2d.forward(op, Given([x], {"weight": weight}))
    grad = np.random.default_rng(1).normal(size=result.output.shape)
    found = conv2d.backward(op, grad, result.saved)
    assert found.inputs[0] is not None
    inner = np.sum(grad * result.output)
    np.testing.assert_allclose(np.sum(found.inputs[0] * x), inner, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(
        np.sum(found.parameters["weight"] * weight), inner, rtol=1e-10, atol=1e-10
    )


def test_is_the_cross_correlation_of_scipy() -> None:
    """The kernel is not flipped; channels in are summed."""
    op = Conv2d(channels=3, kernel=(3, 2), bias=False)
    data = given(op, (2, 2, 6, 5))
    (x,), weight = data.inputs, data.states["weight"]
    y = output(op, data)
    for n, o in np.ndindex(2, 3):
        parts = [signal.correlate2d(x[n, i], weight[o, i], "valid") for i in range(2)]
        close(y[n, o], sum(parts))
