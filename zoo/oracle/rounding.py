"""Monte-Carlo arithmetic: what a computation gives when each result is off by a rounding.

Parker (1997), "Monte Carlo Arithmetic"; Denis, de Oliveira Castro and Petit (2016), "Verificarlo".
"""

from __future__ import annotations

import attrs
import numpy as np

from zoo.oracle.base import Array


@attrs.frozen
class Rounding:
    """Perturbs arrays by up to one unit of rounding.

    Attributes:
        unit: spacing of the numbers just above one in the dtype that is imitated.
        seed: of the perturbations.
    """

    unit: float
    seed: int
    _generator: np.random.Generator = attrs.field(
        init=False,
        eq=False,
        default=attrs.Factory(
            lambda self: np.random.Generator(np.random.Philox(self.seed)), takes_self=True
        ),
    )

    def __call__(self, array: Array) -> Array:
        """array * (1 + unit * u), u uniform in [-1, 1): integers stay as they are."""
        if np.asarray(array).dtype.kind != "f":
            return array
        noise = self._generator.random(np.shape(array))
        return np.asarray(array * (1.0 + self.unit * (2.0 * noise - 1.0)))


def exact(array: Array) -> Array:
    """No perturbation."""
    return array
