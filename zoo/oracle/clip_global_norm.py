"""gradient / max(norm / max_norm, 1), with the norm over all parameters."""

from __future__ import annotations

import numpy as np

from zoo.oracle.base import Array, Arrays
from zoo.oracle.rounding import rounded
from zoo.oracle.sums import total
from zoo.training.clip_global_norm import ClipGlobalNorm


def clip(declared: ClipGlobalNorm, gradients: Arrays) -> dict[str, Array]:
    """All gradients, by full name."""
    squares = np.concatenate([rounded(g * g).ravel() for g in gradients.values()])
    norm = rounded(np.sqrt(total(squares, [0])))
    divisor = np.maximum(rounded(norm / declared.max_norm), 1.0)
    return {name: rounded(gradient / divisor) for name, gradient in gradients.items()}
