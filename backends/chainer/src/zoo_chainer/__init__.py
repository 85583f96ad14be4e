"""Chainer for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="chainer",
        framework="Chainer",
        module="chainer",
        package="zoo_chainer",
        distribution="parityzoo-chainer",
        dtypes=("float64", "float32", "float16"),
        modes=("eager",),
        python=">=3.9,<3.12",
        build_constraints=("setuptools<81",),
    )
