"""A backend that is the oracle, in a process of its own; for tests only.

It is right by definition, whatever the model, and has the faults that are planted in it alone.
"""

from __future__ import annotations

from zoo.backend import Backend


def backend() -> Backend:
    return Backend(
        name="mirror",
        framework="Mirror",
        module="numpy",
        package="zoo_mirror",
        distribution="parityzoo-mirror",
        modes=("eager",),
        python=">=3.9",
    )
