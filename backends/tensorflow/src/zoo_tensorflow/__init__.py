"""TensorFlow for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="tensorflow",
        framework="TensorFlow",
        module="tensorflow",
        package="zoo_tensorflow",
        distribution="parityzoo-tensorflow",
        dtypes=("float64", "float32", "bfloat16", "float16"),
        modes=("graph", "xla"),
        python=">=3.10,<3.14",
        formulas=("folded_batch_norm",),
    )
