"""A backend that needs only NumPy, and misbehaves as it is told to; for tests only."""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="fake",
        framework="Fake",
        module="numpy",
        package="zoo_fake",
        distribution="parityzoo-fake",
        modes=("eager",),
        python=">=3.9",
    )
