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
        # No array is large enough to be copied by OpenMP's threads for the thread that asks. They
        # would stay as long as it does, and with those of MXNet's engine be more than the cores:
        # then all sleep where they wait, instead of spinning, and every step takes a third longer.
        variables=("MXNET_CPU_PARALLEL_SIZE=2147483647",),
    )
