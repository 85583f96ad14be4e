"""MXNet for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="mxnet",
        framework="MXNet",
        module="mxnet",
        package="zoo_mxnet",
        distribution="parityzoo-mxnet",
        modes=("hybrid", "eager"),
        python=">=3.9,<3.12",
    )
