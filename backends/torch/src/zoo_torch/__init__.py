"""PyTorch for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="torch",
        framework="PyTorch",
        module="torch",
        package="zoo_torch",
        distribution="parityzoo-torch",
        devices=("cpu", "gpu"),
        dtypes=("float64", "float32", "bfloat16", "float16"),
        modes=("eager", "compile"),
        python=">=3.10,<3.15",
    )
