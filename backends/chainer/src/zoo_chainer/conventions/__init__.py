"""What Chainer answers to the questions of `zoo.conventions`; runs in a worker alone.

Chainer's arrays on the CPU are NumPy's: where it has no function of its own, a program in Chainer
calls NumPy, and so do the probes.
"""

from __future__ import annotations

from typing import Any, Callable

import chainer
import numpy as np


def versions() -> dict[str, str]:
    return {"chainer": chainer.__version__, "numpy": np.__version__}


def put(values: Any, dtype: str = "float32") -> chainer.Variable:
    return chainer.Variable(np.asarray(values, dtype))


def get(variable: chainer.Variable) -> np.ndarray:
    return variable.array


def gradient(function: Callable[[chainer.Variable], chainer.Variable], values: Any) -> Any:
    """Of the sum of the function's values, in float64; None if there is none."""
    x = put(values, "float64")
    with np.errstate(all="ignore"):
        chainer.functions.sum(function(x)).backward()
    return x.grad


def dtype_of(call: Callable[[], Any]) -> str:
    try:
        return call().dtype.name
    except (TypeError, chainer.utils.type_check.InvalidType):
        return "error"
