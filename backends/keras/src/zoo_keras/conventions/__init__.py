"""What Keras answers to the questions of `zoo.conventions`, on whichever engine the worker has."""

from __future__ import annotations

from typing import Any, Callable

import keras
import numpy as np
from keras import ops

from zoo.conventions.asking import Absent

ENGINE = keras.backend.backend()


def versions() -> dict[str, str]:
    engine = __import__(ENGINE)
    return {"keras": keras.__version__, ENGINE: engine.__version__, "numpy": np.__version__}


def put(values: Any, dtype: str = "float32") -> Any:
    return ops.convert_to_tensor(np.asarray(values), dtype=dtype)


def put_double(values: Any) -> Any:
    """A tensor of float64; Absent where the engine makes it one of float32."""
    tensor = put(values, "float64")
    if keras.backend.standardize_dtype(tensor.dtype) != "float64":
        raise Absent(f"has no float64 on {ENGINE} as it comes")
    return tensor


def get(tensor: Any) -> np.ndarray:
    return ops.convert_to_numpy(tensor)


def gradient(function: Callable[[Any], Any], values: Any) -> np.ndarray | None:
    """Of the sum of the function's values, by the engine's own means; None if there is none."""
    total, x = (lambda each: ops.sum(function(each))), put(values)
    if ENGINE == "jax":
        import jax

        return np.asarray(jax.grad(total)(x))
    if ENGINE == "torch":
        x.requires_grad_()
        total(x).backward()
        return None if x.grad is None else get(x.grad)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = total(x)
    found = tape.gradient(y, x)
    return None if found is None else get(found)


def dtype_of(call: Callable[[], Any]) -> str:
    try:
        return keras.backend.standardize_dtype(call().dtype)
    except (TypeError, ValueError):
        return "error"
