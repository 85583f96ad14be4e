"""Plain NumPy for parityzoo: metadata only; listing backends imports no more of this package."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="tiny",
        framework="plain NumPy",
        module="numpy",
        package="zoo_tiny",
        distribution="zoo-tiny",
        modes=("eager",),
        python=">=3.10,<3.15",
    )
