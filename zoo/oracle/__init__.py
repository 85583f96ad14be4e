"""The oracle: every op, loss and optimizer in float64 NumPy, the reference of every comparison."""

from zoo.oracle.rounding import Rounding
from zoo.oracle.run import Gradients, Training, evaluate, gradients, train

__all__ = ["Gradients", "Rounding", "Training", "evaluate", "gradients", "train"]
