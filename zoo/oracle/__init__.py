"""The oracle: every op, loss and optimizer in float64 NumPy, forward and backward, one file each.

It favours formulas that can be read and checked; nothing here knows any framework.
"""

from zoo.oracle.rounding import Format, Rounding
from zoo.oracle.run import (
    Gradients,
    Passed,
    Trained,
    Trajectory,
    evaluate,
    gradients,
    passed,
    train,
    trajectory,
)

__all__ = [
    "Format", "Gradients", "Passed", "Rounding", "Trained", "Trajectory", "evaluate",
    "gradients", "passed", "train", "trajectory",
]  # fmt: skip
