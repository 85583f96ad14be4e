"""JAX for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="jax",
        framework="JAX",
        module="jax",
        package="zoo_jax",
        distribution="parityzoo-jax",
        devices=("cpu", "gpu"),
        dtypes=("float64", "float32", "bfloat16", "float16"),
        modes=("jit", "eager"),
        python=">=3.11,<3.15",
        formulas=("folded_batch_norm",),
    )
