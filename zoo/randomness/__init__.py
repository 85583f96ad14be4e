"""What dropout draws where nobody gives it the masks: each framework's own generator, tested.

subjects    models that give away in a training step what was dropped
draws       what is seen of such a model
hypotheses  what is true of it if all is right, each with its statistical test
run         asks backends through workers
report      which hypotheses are rejected, at one false-alarm rate for the whole run
"""

from zoo.callable_module import make_callable
from zoo.randomness.report import RandomnessReport
from zoo.randomness.run import randomness

__all__ = ["RandomnessReport", "randomness"]

make_callable(__name__, randomness)
