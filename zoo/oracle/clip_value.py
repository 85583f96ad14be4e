"""min(max(gradient, -limit), limit), element by element."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array, Arrays
from zoo.training.clip_value import ClipValue


def clip(declared: ClipValue, gradients: Arrays) -> dict[str, Array]:
    """All gradients, by full name."""
    return {n: np.clip(g, -declared.limit, declared.limit) for n, g in gradients.items()}
