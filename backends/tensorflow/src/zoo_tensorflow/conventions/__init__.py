"""What TensorFlow without Keras answers to the questions of `zoo.conventions`; runs in a worker.

TensorFlow itself has functions and optimizers and no layers; `tf.initializers` is Keras's, so the
initializers here are those of `tf.compat.v1`.
"""

from __future__ import annotations

import os
from typing import Any, Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read while TensorFlow is imported

import numpy as np
import tensorflow as tf


def versions() -> dict[str, str]:
    return {"tensorflow": tf.__version__, "numpy": np.__version__}


def put(values: Any, dtype: tf.DType = tf.float32) -> tf.Tensor:
    return tf.constant(np.asarray(values, dtype.as_numpy_dtype))


def get(tensor: tf.Tensor) -> np.ndarray:
    return tensor.numpy()


def gradient(function: Callable[[tf.Tensor], tf.Tensor], values: Any) -> np.ndarray | None:
    """Of the sum of the function's values, in float64; None if there is none."""
    x = put(values, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(function(x))
    found = tape.gradient(y, x)
    return None if found is None else get(found)


def dtype_of(call: Callable[[], tf.Tensor]) -> str:
    try:
        return call().dtype.name
    except (TypeError, tf.errors.InvalidArgumentError):
        return "error"
