"""What MXNet answers to the questions of `zoo.conventions`; runs in a worker alone."""

from __future__ import annotations

from typing import Any, Callable

import mxnet as mx
import numpy as np
from mxnet import autograd


def versions() -> dict[str, str]:
    return {"mxnet": mx.__version__, "numpy": np.__version__}


def put(values: Any, dtype: str = "float32") -> mx.nd.NDArray:
    """An array with at least one axis: MXNet has no others."""
    return mx.nd.array(np.atleast_1d(values), dtype=dtype)


def get(array: mx.nd.NDArray) -> np.ndarray:
    return array.asnumpy()


def number(array: mx.nd.NDArray) -> Any:
    """The only value of an array."""
    return get(array).item()


def gradient(function: Callable[[mx.nd.NDArray], mx.nd.NDArray], values: Any) -> np.ndarray:
    """Of the sum of the function's values, in float64; a scalar for a scalar."""
    x = put(values, "float64")
    x.attach_grad()
    with autograd.record():
        y = function(x)
    y.backward()
    return get(x.grad).reshape(np.shape(values))


def trained(layer: mx.gluon.Block, x: mx.nd.NDArray) -> mx.nd.NDArray:
    """The output in training mode, after a backward pass, which is what moves statistics."""
    with autograd.record():
        y = layer(x)
    y.backward()
    return y


def dtype_of(call: Callable[[], mx.nd.NDArray]) -> str:
    try:
        array = call()
        array.wait_to_read()
    except (mx.base.MXNetError, TypeError, ValueError):
        return "error"
    return np.dtype(array.dtype).name
